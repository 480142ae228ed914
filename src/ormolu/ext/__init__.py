"""Extensions of the layer."""
