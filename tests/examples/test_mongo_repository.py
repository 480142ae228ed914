"""The repository, on a MongoDB that is imitated in this process: there is no server here."""

import pytest

pytest.importorskip("bson")
pytest.importorskip("pymongo")
pytest.importorskip("mongomock")

import mongomock
from bson import ObjectId
from examples.mongo_repository import Article, MissingDocumentError, Repository, update_of
from hypothesis import given
from hypothesis import strategies as st

from examples import mongo_repository
from ormolu import changes

KEY = ObjectId("0123456789ab0123456789ab")


@pytest.fixture
def database():
    database = mongomock.MongoClient().articles
    database.Article.insert_one(
        {
            "_id": KEY,
            "slug": "gilding",
            "tags": ["craft"],
            "meta": {"seen": {"ann": 1, "bob": 2}, "log": [{"by": "ann"}]},
        }
    )
    return database


@pytest.fixture
def repository(database):
    return Repository(database)


@pytest.fixture
def article(repository):
    (article,) = repository.find(Article, {"slug": "gilding"})
    return article


@pytest.fixture
def sent(monkeypatch):
    """The names of the operations that the collections are asked for."""
    sent = []
    for name in WRITES:
        see_calls(monkeypatch, name, sent.append)
    return sent


WRITES = ("replace_one", "update_one", "delete_one")


def see_calls(monkeypatch, name, before=lambda name: None, after=lambda name: None):
    method = getattr(mongomock.Collection, name)

    def see(*args, **options):
        before(name)
        result = method(*args, **options)
        after(name)
        return result

    monkeypatch.setattr(mongomock.Collection, name, see)


def lose(name):
    raise ConnectionError(f"the answer to {name} is lost")


def test_what_was_found_has_not_changed_and_nothing_is_written(repository, article, sent):
    assert article.meta["seen"] == {"ann": 1, "bob": 2} and article.id == KEY
    assert not repository.work.commit()
    assert sent == []


def test_of_one_document_there_is_one_object(repository, article):
    article.slug = "mine"
    assert repository.find(Article, {}) == [article]
    assert article.slug == "mine"


def set_a_field(article):
    article.slug = "gilded"


def set_in_place(article):
    article.meta["seen"]["ann"] = 2
    article.meta["size"] = {"of": 3}


def remove_in_place(article):
    del article.meta["seen"]["bob"]
    del article.meta["log"]


def change_lists(article):
    article.tags.insert(0, "gold")
    article.tags.append("old")
    article.meta["log"][0]["by"] = "bob"


def put_something_else(article):
    article.meta["seen"] = None
    article.meta["log"] = {"by": "ann"}


def use_odd_keys(article):
    article.meta["seen"]["a.b"] = 1
    del article.meta["seen"]["bob"]


def use_no_name(article):
    article.meta["seen"]["$a"] = article.meta["seen"][""] = 1


def empty_a_dictionary(article):
    article.meta["seen"].clear()


EDITS = {
    set_a_field: {"$set": {"slug": "gilded"}},
    set_in_place: {"$set": {"meta.seen.ann": 2, "meta.size": {"of": 3}}},
    remove_in_place: {"$unset": {"meta.seen.bob": "", "meta.log": ""}},
    change_lists: {"$set": {"tags": ["gold", "craft", "old"], "meta.log": [{"by": "bob"}]}},
    put_something_else: {"$set": {"meta.seen": None, "meta.log": {"by": "ann"}}},
    use_odd_keys: {"$set": {"meta.seen": {"ann": 1, "a.b": 1}}},
    empty_a_dictionary: {"$unset": {"meta.seen.ann": "", "meta.seen.bob": ""}},
    use_no_name: {"$set": {"meta.seen": {"ann": 1, "bob": 2, "$a": 1, "": 1}}},
}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_update_sets_the_paths_that_have_changed(article, edit):
    edit(article)
    assert update_of(changes(article)) == EDITS[edit]


# the imitation reads a key such as "$a" as an operator, and a server from 5.0 on does not
@pytest.mark.parametrize(
    "edit", [edit for edit in EDITS if edit is not use_no_name], ids=lambda edit: edit.__name__
)
def test_what_was_committed_is_what_is_found_again(repository, database, article, edit):
    edit(article)
    repository.work.commit()
    (again,) = Repository(database).find(Article, {})
    assert vars_of(again) == vars_of(article)
    assert not repository.work.dirty


def vars_of(article):
    return article.slug, article.tags, article.meta, article.id


def test_who_changes_something_else_in_the_document_is_not_overwritten(
    repository, database, article
):
    other = Repository(database)
    (theirs,) = other.find(Article, {})
    theirs.meta["seen"]["cy"] = 1
    article.meta["seen"]["ann"] = 2
    other.work.commit()
    repository.work.commit()
    assert database.Article.find_one()["meta"]["seen"] == {"ann": 2, "bob": 2, "cy": 1}


def test_what_is_new_is_inserted(repository, database, sent):
    article = Article("burnish", meta={"n": 1})
    repository.work.add(article)
    repository.work.commit()
    assert database.Article.find_one({"slug": "burnish"}) == {
        "_id": article.id,
        "slug": "burnish",
        "tags": [],
        "meta": {"n": 1},
    }
    article.meta["n"] = 2
    repository.work.commit()
    assert database.Article.find_one({"slug": "burnish"})["meta"] == {"n": 2}
    assert sent == ["replace_one", "update_one"]


def test_what_is_deleted_is_deleted(repository, database, article):
    repository.work.delete(article)
    repository.work.commit()
    assert database.Article.count_documents({}) == 0
    assert article not in repository.work


def test_if_a_document_is_gone_nothing_is_committed(repository, database, article):
    database.Article.delete_one({})
    article.slug = "gilded"
    with pytest.raises(MissingDocumentError, match="Article"):
        repository.work.commit()
    assert repository.work.dirty == (article,)


@pytest.mark.parametrize("name", WRITES)
def test_if_an_answer_is_lost_the_same_can_be_written_again(
    repository, database, article, monkeypatch, name
):
    if name == "replace_one":
        repository.work.add(Article("burnish"))
    elif name == "update_one":
        article.tags.append("gold")
    else:
        repository.work.delete(article)
    with monkeypatch.context() as broken:
        see_calls(broken, name, after=lose)
        with pytest.raises(ConnectionError):
            repository.work.commit()
    written = list(database.Article.find())
    assert repository.work.commit()
    assert list(database.Article.find()) == written
    assert not repository.work.commit()


@pytest.fixture
def half(repository, article, monkeypatch):
    """Two articles, after a commit that wrote the first, and failed at the second."""
    second = Article("chase")
    repository.work.add(second)
    repository.work.commit()
    article.slug, second.slug = "gilded", "chased"
    with monkeypatch.context() as broken:
        calls = []
        see_calls(broken, "update_one", lambda name: calls and lose(name), calls.append)
        with pytest.raises(ConnectionError):
            repository.work.commit()
    return article, second


def test_after_a_failure_only_the_rest_is_written(repository, database, half, sent):
    _, second = half
    assert repository.work.dirty == (second,)
    repository.work.commit()
    assert sent == ["update_one"]
    assert {one["slug"] for one in database.Article.find()} == {"gilded", "chased"}


def test_what_is_changed_back_after_a_failure_is_written(repository, database, half):
    article, _ = half
    article.slug = "gilding"
    repository.work.commit()
    assert database.Article.find_one({"_id": KEY})["slug"] == "gilding"


def test_a_rollback_after_a_failure_goes_back_to_what_was_written(repository, database, half):
    repository.work.rollback()
    assert {one["slug"] for one in database.Article.find()} == {
        one.slug for one in repository.work
    }


def test_the_program_tags_an_article_and_makes_it_if_need_be(monkeypatch, capsys):
    client = mongomock.MongoClient()
    monkeypatch.setattr(mongo_repository, "MongoClient", lambda url: client)
    mongo_repository.main("mongodb://localhost", "gilding", "craft")
    mongo_repository.main("mongodb://localhost", "gilding", "gold")
    (article,) = client.articles.Article.find()
    assert article["tags"] == ["craft", "gold"]
    assert "tags[1]: (nothing) -> 'gold'" in capsys.readouterr().out


KEYS = st.sampled_from(["a", "b", "c.d", "1"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=3), st.dictionaries(KEYS, VALUES, max_size=3))
def test_whatever_has_changed_the_update_makes_the_document_the_same(before, after):
    database = mongomock.MongoClient().articles
    repository = Repository(database)
    article = Article("any", meta=before)
    repository.work.add(article)
    repository.work.commit()
    article.meta = after
    paths = [path for values in update_of(changes(article)).values() for path in values]
    assert not any(one.startswith(f"{other}.") for one in paths for other in paths)
    repository.work.commit()
    # to change tracking 0 and False are the same, as they are to Python
    assert database.Article.find_one()["meta"] == after
