"""A class of collections that is none of the built-in ones."""

from ormolu.collections import collection


class Bag:
    """Is like no built-in; says what its methods are."""

    def __init__(self):
        self.members = []

    @collection.appender
    def put(self, item):
        self.members.append(item)

    @collection.remover
    def take(self, item):
        self.members.remove(item)

    @collection.iterator
    def each(self):
        return iter(self.members)

    @collection.removes_return()
    def draw(self):
        return self.members.pop()

    @collection.replaces(2)
    def exchange(self, index, item):
        old, self.members[index] = self.members[index], item
        return old

    @collection.adds("thing")
    def accept(self, note, thing=None):
        self.members.append(thing)

    @collection.removes(1)
    def reject(self, item):
        self.members.remove(item)
