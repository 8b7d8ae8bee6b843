"""Times the rule of docs/labeling-game.md in NumPy, and crowd-kit's aggregators, on the labels in a JSON file
(of masks, in the file beside it), after checking that NumPy finds the same scores as the runtime.

usage: judge.py GAME.json MILLISECONDS_OF_THE_RUNTIME
Needs numpy, pandas and crowd-kit. Prints medians and how many times faster the runtime is.
"""

import json
import sys
import time

import numpy as np
import pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote, SegmentationEM, SegmentationMajorityVote

ROUNDS = 5


def lower_median(values, axis=-1):
    """The middle one, of two the smaller."""
    ordered = np.sort(values, axis=axis)
    return np.take(ordered, (ordered.shape[axis] - 1) // 2, axis=axis)


def classify(labels, classes):
    """Scores, losses, consensus and wash of complete labels without gold; the rule of the chain."""
    n, items = labels.shape
    one_hot = (labels[:, :, None] == np.arange(classes)).astype(np.int64)
    counts = one_hot.sum(axis=1)
    flat = one_hot.reshape(n, -1).astype(np.float64)
    agree = np.rint(flat @ flat.T).astype(np.int64)
    chance = counts @ counts.T
    beyond = items * agree - chance
    off = ~np.eye(n, dtype=bool)
    distance = items - agree
    usual = lower_median(distance[off].reshape(n, n - 1))
    near = (3 * distance < np.minimum(usual[:, None], usual[None, :])) & off
    others = off & ~near
    others[others.sum(axis=1) < 3] = off[others.sum(axis=1) < 3]
    median = np.array([lower_median(beyond[i][others[i]]) for i in range(n)])
    weights = np.maximum(0, median)
    if not weights.any():
        weights = np.ones(n, dtype=np.int64)
    votes = np.tensordot(weights, one_hot, axes=1)
    consensus = votes.argmax(axis=1)
    scores, losses = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for i in range(n):
        left_out = ~others[i]
        seen = votes - np.tensordot(weights[left_out], one_hot[left_out], axes=1)
        best = seen.max(axis=1)
        tied = (seen == best[:, None]).sum(axis=1) > 1
        reference = np.where(tied, -1, seen.argmax(axis=1))
        matches = int((labels[i] == reference).sum())
        references = np.bincount(reference[~tied], minlength=classes)
        losses[i] = items - matches
        scores[i] = items * matches - int((counts[i] * references).sum())
    kept = np.sort(np.argsort(-median, kind="stable")[: n - n // 4])
    excess, spread = 0, 0
    for x, i in enumerate(kept):
        for j in kept[x + 1 :]:
            excess += int(beyond[i, j])
            c, q = counts[i], counts[j]
            table = items * items * np.eye(classes, dtype=np.int64) - items * q[:, None] - items * c[None, :]
            spread += int((np.outer(c, q) * (table + chance[i, j]) ** 2).sum())
    wash = not (excess > 0 and 16 * excess * excess * items * items * (items - 1) >= 121 * spread)
    return scores, losses, consensus, wash


def compare_masks(masks):
    """Scores of masks, a row of 0 and 1 each; the rule of the chain."""
    n = len(masks)
    votes = masks.sum(axis=0, dtype=np.int16)
    flat = masks.astype(np.float32)
    areas = masks.sum(axis=1, dtype=np.int64)
    scores = []
    for mask, area in zip(masks, areas):
        reference = 2 * (votes - mask) > n - 1
        scores.append(dice(int(np.count_nonzero(reference & (mask == 1))), int(area), int(reference.sum())))
    overlap = np.rint(flat @ flat.T).astype(np.int64)
    guard = [
        lower_median(np.array([dice(int(overlap[i, j]), int(areas[i]), int(areas[j])) for j in range(n) if j != i]))
        for i in range(n)
    ]
    wash = lower_median(np.array(guard)) < ONE // 2
    return scores, 2 * votes > n, wash


ONE = 1 << 32


def dice(overlap, left, right):
    """In units of 2^-32, rounded down."""
    return ONE if left + right == 0 else 2 * overlap * ONE // (left + right)


def median_ms(call, rounds=ROUNDS):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)[rounds // 2]


def rows_of_classes(labels, expected):
    labels = np.array(labels)
    classes = int(labels.max()) + 1
    n, items = labels.shape
    if expected != classify(labels, classes)[0].tolist():
        sys.exit("the scores differ: this is not the same rule")
    frame = pd.DataFrame(
        {
            "task": np.tile(np.arange(items), n),
            "worker": np.repeat(np.arange(n), items),
            "label": labels.reshape(-1),
        }
    )
    yield "this rule, NumPy", median_ms(lambda: classify(labels, classes))
    yield "crowd-kit MajorityVote", median_ms(lambda: MajorityVote().fit_predict(frame))
    yield "crowd-kit DawidSkene", median_ms(lambda: DawidSkene(n_iter=100).fit_predict(frame))


def rows_of_masks(task, bits, n, expected):
    shape = task.get("depth", 1) * task["height"], task["width"]
    words = np.fromfile(bits, dtype=np.uint8).reshape(n, -1)
    masks = np.unpackbits(words, axis=1, bitorder="little")[:, : shape[0] * shape[1]]
    if expected != compare_masks(masks)[0]:
        sys.exit("the scores differ: this is not the same rule")
    pictures = [mask.reshape(shape).astype(bool) for mask in masks]
    frame = pd.DataFrame({"task": "t", "worker": range(n), "segmentation": pictures})
    yield "this rule, NumPy", median_ms(lambda: compare_masks(masks))
    yield "crowd-kit SegmentationMajorityVote", median_ms(lambda: SegmentationMajorityVote().fit_predict(frame))
    yield "crowd-kit SegmentationEM", median_ms(lambda: SegmentationEM().fit_predict(frame), 1)


def main():
    path, runtime = sys.argv[1], float(sys.argv[2])
    game = json.load(open(path))
    expected = [int(score) for score in game["scores"]]
    (kind, task), = game["task"].items()
    if kind == "classification":
        rows = rows_of_classes(game["labels"], expected)
    elif kind == "mask":
        rows = rows_of_masks(task, path.removesuffix(".json") + ".bits", len(expected), expected)
    else:
        sys.exit(f"crowd-kit has nothing to compare with for {kind}")
    print(f"| **this rule, wasm runtime** | **{runtime:.1f}** | 1 |")
    for name, milliseconds in rows:
        print(f"| {name} | {milliseconds:.1f} | {milliseconds / runtime:.1f} |")


if __name__ == "__main__":
    main()
