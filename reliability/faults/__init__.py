"""An exception at every call-out of the layer: is everything as it was?"""
