"""The packaged sentence encoder: right, whatever else is in the batch, and named by what it is."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from graph.text.packaged_model import find_model, packaged_model
from graph.text.text_encoder import TextEncoder, TextEncoderConfig

TEXTS = [
    "Data engineer who builds pipelines in Python",
    "Software developer for data platforms, Python and SQL",
    "Nurse on a children's ward",
    "Registered nurse, paediatrics",
]
LONG = "word " * 200


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(device="cpu")


def a_model(folder: Path, weights: bytes = b"numbers") -> Path:
    """Write what looks like a model as long as nobody loads it."""
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "config.json").write_text("{}")
    (folder / "README.md").write_text("What this is.")
    return folder


def test_texts_on_one_subject_are_nearer_than_others(encoder: TextEncoder) -> None:
    cosine = (vectors := encoder.encode(TEXTS)) @ vectors.T
    assert cosine[0, 1] > cosine[0, 2:].max() + 0.2
    assert cosine[2, 3] > cosine[2, :2].max() + 0.2


def test_vectors_come_in_the_order_of_the_texts_and_nothing_gives_zeros(
    encoder: TextEncoder,
) -> None:
    texts = [LONG, TEXTS[0], "", " \n", TEXTS[2], TEXTS[0]]
    vectors = encoder.encode(texts)
    assert vectors.shape == (6, encoder.width)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0, 0, 1, 1], atol=1e-6)
    assert np.array_equal(vectors[1], vectors[5])
    assert np.allclose(vectors[4], encoder.encode([TEXTS[2]])[0], atol=2e-6)


def test_what_shares_the_batch_changes_nothing(encoder: TextEncoder) -> None:
    company = [f"{TEXTS[number % 4]} {'and so on ' * number}" for number in range(12)]
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert np.allclose(encoder.encode(company + TEXTS)[-4:], alone, atol=2e-6)


def test_a_vector_is_the_one_that_sentence_transformers_gives(encoder: TextEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(packaged_model()), device="cpu", local_files_only=True)
    model.max_seq_length = 128
    texts = [*TEXTS, LONG + TEXTS[0]]
    twin = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    assert np.allclose(encoder.encode(texts), twin, atol=2e-6)


def test_what_lies_behind_the_windows_is_not_read(encoder: TextEncoder) -> None:
    long, other = LONG[: 5 * 150] + TEXTS[0], LONG[: 5 * 150] + TEXTS[2]
    assert np.allclose(*encoder.encode([long, other]), atol=1e-6)
    two = TextEncoder(config=TextEncoderConfig(windows=2), device="cpu")
    first, second = two.encode([long, other])
    assert first @ second < 0.99
    assert np.allclose(two.encode(TEXTS), encoder.encode(TEXTS), atol=2e-6)


def test_no_texts_give_no_vectors(encoder: TextEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.width)


def test_progress_ends_at_the_number_of_texts(encoder: TextEncoder) -> None:
    told: list[int] = []
    encoder.encode(TEXTS, told.append)
    assert told[-1] == len(TEXTS)


def test_the_id_tells_weights_and_settings_and_nothing_else(tmp_path: Path) -> None:
    model = a_model(tmp_path / "model")
    plain = TextEncoder(model).id
    assert plain.startswith("model-")
    assert TextEncoder(shutil.copytree(model, tmp_path / "moved" / "model")).id == plain
    (model / "README.md").write_text("Something else.")
    assert TextEncoder(model).id == plain
    assert TextEncoder(model, TextEncoderConfig(max_tokens=64)).id != plain
    assert TextEncoder(a_model(tmp_path / "b" / "model", b"others")).id != plain


def test_a_model_that_is_not_here_is_not_looked_for_elsewhere() -> None:
    with pytest.raises(FileNotFoundError, match="no text encoder nobody/has-this"):
        TextEncoder("nobody/has-this")
    with pytest.raises(FileNotFoundError, match="no text encoder"):
        find_model("not a name: at all/ever/")


@pytest.mark.parametrize("config", [{"max_tokens": 3}, {"windows": 0}])
def test_a_window_too_small_is_refused(config: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least one window of at least 4 tokens"):
        TextEncoderConfig(**config)
