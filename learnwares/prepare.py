#!/usr/bin/env python3
"""Makes lessons and tests of known data sets. Python's standard library only.

    prepare.py digits digits.csv.gz FOLDER    scikit-learn's sklearn/datasets/data/digits.csv.gz: three lessons and a test
    prepare.py mnist MNIST FOLDER             MNIST holds the four *-ubyte.gz files: five lessons and the test of 10,000

A lesson is a .npy file of bytes: one row for each image, its pixels and then its class."""

import gzip, pathlib, sys

MNIST_LESSONS = (10_000, 20_000, 20_000, 5_000, 5_000)


def write(file, rows):
    width = len(rows[0])
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({len(rows)}, {width}), }}"
    header = header.ljust(128 - 10 - 1).encode() + b"\n"
    file.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"".join(rows))
    print(f"{file}: {len(rows)} images")


def digits(source, folder):
    """Every third image is the test: the people who wrote them come one after another."""
    rows = [bytes(map(round, map(float, line.split(",")))) for line in gzip.open(source, "rt")]
    rest = [row for number, row in enumerate(rows) if number % 3]
    write(folder / "test.npy", rows[::3])
    for number, (start, end) in enumerate([(0, 100), (100, 400), (400, len(rest))], 1):
        write(folder / f"lesson-{number}.npy", rest[start:end])


def mnist_rows(folder, name):
    images = gzip.open(folder / f"{name}-images-idx3-ubyte.gz").read()[16:]
    classes = gzip.open(folder / f"{name}-labels-idx1-ubyte.gz").read()[8:]
    return [images[784 * number : 784 * (number + 1)] + bytes([kind]) for number, kind in enumerate(classes)]


def mnist(source, folder):
    write(folder / "test.npy", mnist_rows(source, "t10k"))
    rows, start = mnist_rows(source, "train"), 0
    for number, images in enumerate(MNIST_LESSONS, 1):
        write(folder / f"lesson-{number}.npy", rows[start : start + images])
        start += images


if len(sys.argv) != 4 or sys.argv[1] not in ("digits", "mnist"):
    sys.exit(__doc__)
target = pathlib.Path(sys.argv[3])
target.mkdir(parents=True, exist_ok=True)
{"digits": digits, "mnist": mnist}[sys.argv[1]](pathlib.Path(sys.argv[2]), target)
