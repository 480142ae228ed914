"""Fields that hold other tracked objects, whose two sides are kept in step."""
