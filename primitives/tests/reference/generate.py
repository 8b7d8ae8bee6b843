#!/usr/bin/env python3
"""Prints random games judged by the integer reference, from a fixed seed.

Usage: generate.py classify|vectors|masks|boxes|numbers [games] [seed] > ../vectors/random_<kind>.json
Sheets are hexadecimal, one byte for each item; masks are as in ../vectors/masks.json; numbers that may exceed 64 bits are strings; matrices are left out, for ../vectors/classify.json has them."""
import json, random, struct, sys
from fractions import Fraction
import scoring

BOUNTY = 10**12
KEPT = "weight matches score loss consensus gold_void wash wash_sum_g wash_sum_w cut slash eligible payout".split()

def crowd(rng):
	labels, items, classes = rng.choice([rng.randint(1, 16)] * 19 + [64]), rng.choice([1, 3, 7, 8, 9, 20, 63, 64, 65, 130]), rng.choice([2, 3, 4, 10, 64])
	used = rng.randint(2, classes)
	truth = [rng.randrange(used) for _ in range(items)]
	missing, accuracy = rng.choice([0, 0, 0.1, 0.6]), rng.choice([0, 0.3, 0.6, 0.9])
	sheets = [[scoring.MISSING if rng.random() < missing else t if rng.random() < accuracy else rng.randrange(used) for t in truth] for _ in range(labels)]
	for _ in range(rng.choice([0, 0, 1, 3, 6])):
		kind, source = rng.randrange(4), rng.choice(sheets)
		sheets[rng.randrange(labels)] = (
			list(source), [rng.randrange(used) if rng.random() < 0.1 else c for c in source],
			[rng.randrange(used)] * items, [(t + 1) % classes for t in truth])[kind]
	gold = {}
	if rng.random() < 0.5:
		wrong = rng.choice([0, 0, 0.3, 1])
		gold = {t: rng.randrange(classes) if rng.random() < wrong else truth[t] for t in rng.sample(range(items), min(items, rng.randint(1, 12)))}
	return classes, sheets, gold

def classify(rng):
	classes, sheets, gold = crowd(rng)
	found = scoring.classify(sheets, classes, BOUNTY, gold)
	found["wash_sum_w"] = str(found["wash_sum_w"])
	return dict(K=classes, bounty=BOUNTY, sheets=[bytes(s).hex() for s in sheets], gold=sorted(gold.items()), expect={k: found[k] for k in KEPT})

def count_labels(rng):
	"""The reference needs two labels: with one, there are no others."""
	return rng.choice([2, 3, 4, 5, 5, 6, 6, 7, rng.randint(8, 16), 63, 64])

def with_copies(rng, labels):
	"""Replaces some labels by copies of others, so that there are ties."""
	for _ in range(rng.choice([0, 0, 1, 3, 6])):
		labels[rng.randrange(len(labels))] = rng.choice(labels)
	return labels

def vectors(rng):
	n, coordinates = count_labels(rng), rng.choice([1, 1, 2, 3, 20, 129])
	if n > 16: coordinates = min(coordinates, 3)
	scale = [rng.choice([1, 2, 3, 100, rng.randint(1, 2**32 - 1), 2**31, 2**32 - 1]) for _ in range(coordinates)]
	clamp = lambda value: max(-2**63, min(2**63 - 1, value))
	extremes = [-2**63, -2**63 + 1, -1, 0, 1, 2**63 - 2, 2**63 - 1]
	truth = [rng.choice([rng.randint(-100, 100), rng.randint(-2**40, 2**40), rng.choice(extremes)]) for _ in range(coordinates)]
	noise, wild = rng.choice([0, 1, 3, 6, 12]), rng.choice([0, 0, 0.2, 0.7])
	def value(t, s):
		if rng.random() < wild: return rng.choice(extremes + [rng.randint(-2**63, 2**63 - 1)])
		return clamp(t + int(rng.uniform(-1, 1) * noise * s))
	labels = with_copies(rng, [[value(t, s) for t, s in zip(truth, scale)] for _ in range(n)])
	if rng.random() < 0.3: labels[rng.randrange(n)] = [clamp(t + 20 * s) for t, s in zip(truth, scale)]
	return dict(scale=scale, bounty=BOUNTY, vectors=labels, expect=scoring.vectors(labels, scale, BOUNTY))

def to_hex(mask):
	"""Bits row-major, most significant first, left-padded with zero bits to whole hex digits."""
	return f"{int(''.join(map(str, mask)), 2):0{-(-len(mask) // 4)}x}"

def masks(rng):
	n = count_labels(rng)
	sides = [1, 2, 3, 4, 5, 8, 16, 17]
	d, h, w = rng.choice([1, 1, 1, rng.choice(sides[:6])]), rng.choice(sides), rng.choice(sides)
	if n > 16: d = min(d, 2)
	# More than the 64 words that are judged at a time.
	elif rng.random() < 0.06: d, h, w = rng.choice([(1, 65, 70), (3, 37, 41), (1, 1, 4097), (2, 64, 64)])
	voxels = d * h * w
	density, noise = rng.choice([0, 0.1, 0.5, 0.9, 1]), rng.choice([0, 0.02, 0.1, 0.3, 0.5])
	truth = [int(rng.random() < density) for _ in range(voxels)]
	labels = with_copies(rng, [[v ^ (rng.random() < noise) for v in truth] for _ in range(n)])
	for kind in ([0] * voxels, [1] * voxels, [1 - v for v in truth]):
		if rng.random() < 0.2: labels[rng.randrange(n)] = kind
	found = scoring.masks(labels, BOUNTY)
	found["consensus"] = to_hex(found["consensus"])
	return dict(d=d, h=h, w=w, bounty=BOUNTY, masks_hex=[to_hex(m) for m in labels], expect=found)

def boxes_of_items(labels, bounty):
	"""labels[i][t]: the box of label i for item t. Each item is judged by the reference; score, tie-break and loss are the floors of the means over the items."""
	n, items = len(labels), len(labels[0])
	found = [scoring.boxes([label[t] for label in labels], bounty) for t in range(items)]
	mean = lambda values: [sum(v[i] for v in values) // items for i in range(n)]
	score, tie = mean([f["score"] for f in found]), mean([f["loo_iou"] for f in found])
	loss = mean([[scoring.ONE - s for s in f["score"]] for f in found])
	far = scoring.ONE // 2
	wash = n < scoring.MIN_N or scoring.lmed(score) < far
	cut = scoring.mad_cut(loss, scoring.ONE // 20)
	slash = [not wash and loss[i] > cut and score[i] < far for i in range(n)]
	eligible = [not wash and not slash[i] for i in range(n)]
	payout = scoring.prizes([(s << 33) + t for s, t in zip(score, tie)], eligible, bounty)
	return dict(consensus=[f["consensus"] for f in found], score=score, loo_iou=tie, loss=loss, wash=wash, cut=cut, slash=slash, eligible=eligible, payout=payout)

def boxes(rng):
	n, items, limit = count_labels(rng), rng.choice([1, 1, 2, 3, 7]), 2**32 - 1
	size = rng.choice([4, 50, 1000, 2**16, 2**24, 2**31, limit])
	noise, wild = rng.choice([0, 0.02, 0.1, 0.4]), rng.choice([0, 0, 0.1, 0.5])
	def side(low, high):
		low, high = max(0, min(limit - 1, low)), max(1, min(limit, high))
		return (low, high) if low < high else (low, low + 1)
	def box(truth):
		if truth is None or rng.random() < wild:
			axes = [side(*sorted((rng.randint(0, size), rng.randint(0, size)))) for _ in range(2)]
			if rng.random() < 0.1: axes[rng.randrange(2)] = rng.choice([(0, limit), (0, 1), (limit - 1, limit)])
		else:
			shift = lambda: int(rng.uniform(-1, 1) * noise * size)
			axes = [side(truth[a] + shift(), truth[a + 2] + shift()) for a in range(2)]
		return [axes[0][0], axes[1][0], axes[0][1], axes[1][1]]
	truth = [box(None) for _ in range(items)]
	labels = with_copies(rng, [[box(t) for t in truth] for _ in range(n)])
	found = boxes_of_items(labels, BOUNTY)
	if items == 1:
		# The extension to several items is the reference itself for one.
		one = scoring.boxes([label[0] for label in labels], BOUNTY)
		assert {k: [v] if k == "consensus" else v for k, v in one.items()}.items() <= found.items()
	return dict(bounty=BOUNTY, boxes=labels, expect=found)

def fixed_point(value, bits):
	"""Python rounds fractions half to even, exactly."""
	units = round(value * 2**bits)
	return units if -2**63 <= units < 2**63 else None

def to_decimal(value):
	"""A fraction whose denominator is a power of two or ten, in full."""
	sign, value, digits = "-" if value < 0 else "", abs(value), ""
	whole, rest = divmod(value.numerator, value.denominator)
	while rest:
		digit, rest = divmod(rest * 10, value.denominator)
		digits += str(digit)
	return f"{sign}{whole}" + (f".{digits}" if digits else "")

def numbers(rng):
	"""One number as decimals in JSON or as the bits of a float, and what it is in units of 2^-bits."""
	bits = rng.choice([0, 0, 1, 8, 31, 32, rng.randint(0, 32)])
	kind = rng.randrange(5)
	if kind == 0:
		# Halves of units and their near neighbours, also at the edges of 64 bits.
		halves = rng.choice([rng.randint(-10, 10), rng.randint(-2**40, 2**40), rng.randint(-2**64, 2**64), rng.choice([-1, 1]) * (2**64 + rng.randint(-4, 4))])
		near = Fraction(rng.choice([-1, 0, 0, 1]), 10 ** rng.choice([1, 10, 33, 34, 35, 60]))
		text = to_decimal(Fraction(halves, 2 ** (bits + 1)) + near)
		if rng.random() < 0.2: text += ("" if "." in text else ".") + "0" * rng.randint(1, 50)
	elif kind == 1:
		text = rng.choice(["", "-"]) + str(rng.choice([0, rng.randrange(10), rng.randrange(10**19), rng.randrange(10**25)]))
		if rng.random() < 0.8: text += "." + "".join(rng.choice("0123456789") for _ in range(rng.choice([1, 2, 9, 40])))
		if rng.random() < 0.7: text += rng.choice("eE") + rng.choice(["", "+", "-"]) + rng.choice(["", "0", "00"]) + str(rng.choice([0, 1, 3, 9, 10, 19, 20, 30, 300]))
	elif kind == 2:
		# The point far from the digits.
		zeros = rng.randint(0, 60)
		text = rng.choice(["0." + "0" * zeros + str(rng.randint(1, 10**6)) + f"e{zeros + rng.randint(-12, 12)}", str(rng.randint(1, 10**6)) + "0" * zeros + f"E-{zeros + rng.randint(-12, 12)}".replace("--", "+")])
	if kind < 3: return dict(bits=bits, json=text, value=fixed_point(Fraction(text), bits))
	size, code = rng.choice([(4, "f"), (8, "d")])
	word = rng.getrandbits(8 * size)
	if kind == 4:
		# A float near a multiple of half a unit.
		value = float(Fraction(rng.choice([rng.randint(-100, 100), rng.randint(-2**53, 2**53), rng.randint(-2**65, 2**65)]), 2 ** (bits + 1)))
		word = int.from_bytes(struct.pack(">" + code, value), "big") ^ rng.choice([0, 0, 0, 1, 3])
	value = struct.unpack(">" + code, word.to_bytes(size, "big"))[0]
	finite = value == value and abs(value) != float("inf")
	return dict(bits=bits, float=f"{word:0{2 * size}x}", value=fixed_point(Fraction(value), bits) if finite else None)

KINDS = dict(numbers=numbers, classify=classify, vectors=vectors, masks=masks, boxes=boxes)

def main(kind, games=120, seed=1):
	rng = random.Random(int(seed))
	cases = [KINDS[kind](rng) for _ in range(int(games))]
	print("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]")

if __name__ == "__main__":
	main(*sys.argv[1:])
