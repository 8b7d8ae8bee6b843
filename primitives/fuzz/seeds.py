#!/usr/bin/env python3
"""Writes seeds/: inputs to start from, one for each form of a label and each kind of task. See fuzz_targets/input for their layout."""
import pathlib, struct

ROOT = pathlib.Path(__file__).parent / "seeds"

def write(target, name, *parts):
	(ROOT / target).mkdir(parents=True, exist_ok=True)
	(ROOT / target / name).write_bytes(b"".join(parts))

def npy(descr, shape, data, version=1):
	header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
	return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + data

classes, vector, mask, boxes = bytes([0, 4, 3, 0]), bytes([1, 3, 5, 8]), bytes([2, 3, 2, 1]), bytes([3, 1, 0, 0])
volume, two_boxes = bytes([2, 3, 5, 5]), bytes([3, 2, 0, 0])
for name, task, file in [
	("classes_json", classes, b"[0, 1, null, 2]"),
	("classes_npy_u1", classes, npy("|u1", "(4,)", bytes([0, 1, 255, 2]))),
	("classes_npy_i8", classes, npy("<i8", "(4,)", struct.pack("<4q", 0, 1, -1, 2))),
	("classes_npy_v2", classes, npy("|i1", "(4,)", bytes([0, 1, 255, 2]), version=2)),
	("vector_json", vector, b"[-1,2.501953125,-12.5e-2]"),
	("vector_json_long", vector, b"[0.00000000023283064365386962890625,1E+3,-0.0]"),
	("vector_npy_f4", vector, npy("<f4", "(3,)", struct.pack("<3f", 0.5, -1, 1e-3))),
	("vector_npy_f8", vector, npy(">f8", "(3,)", struct.pack(">3d", 0.5, -1, 1e9))),
	("vector_npy_i2", vector, npy(">i2", "(3,)", struct.pack(">3h", 5, -1, 300))),
	("mask_json", mask, b"[[0,1,1],[0,0,1]]"),
	("mask_json_deep", mask, b"[[[0,1,1],[0,0,1]]]"),
	("mask_npy_b1", mask, npy("|b1", "(2, 3)", bytes([0, 1, 1, 0, 0, 1]))),
	("mask_npy_u1", volume, npy("|u1", "(5, 5, 3)", bytes([0, 1, 1] * 25))),
	("boxes_json", two_boxes, b"[[0,0,4,4],[1,2,3,4294967295]]"),
	("boxes_json_flat", boxes, b"[0,0,4,4]"),
	("boxes_npy_u4", two_boxes, npy("<u4", "(2, 4)", struct.pack("<8I", 0, 0, 4, 4, 1, 2, 3, 2**32 - 1))),
]:
	write("label_parser", name, task, file)

def game(name, task, labels, gold=None):
	payout = struct.pack("<I", 500_000) + (10**12).to_bytes(16, "little")
	write("judge", name, task, payout, bytes([gold is not None]), *(b"\xff" + label for label in ([gold] if gold else []) + labels), b"\x00")

truth = [bytes(i % 2 for i in range(12))] + [bytes((i + (i == wrong)) % 2 for i in range(12)) for wrong in range(5)]
game("classes", bytes([0, 12, 2, 0]), truth + [bytes((i + 1) % 2 for i in range(12))])
game("classes_gold", bytes([0, 12, 2, 0]), truth, b"\xff" * 7 + truth[0][7:])
game("vectors", bytes([1, 2, 2, 0]), [struct.pack("<2q", *v) for v in [(10, 5), (12, 5), (11, 6), (13, 5), (2**63 - 1, -2**63)]])
game("masks", bytes([2, 8, 8, 1]), [struct.pack("<Q", m) for m in [0x3c3c3c3c0000, 0x3e3e3e3e0000, 0x3c3c3c3c3c0000, 0x3c3c3c3c0000, 2**64 - 1]])
game("boxes", boxes, [struct.pack("<4I", *(2 * e for e in b)) for b in [(10, 10, 50, 50), (12, 10, 50, 52), (11, 9, 49, 50), (10, 11, 52, 50), (100, 100, 120, 120)]])
