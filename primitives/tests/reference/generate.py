#!/usr/bin/env python3
"""Writes ../vectors/random.json: random crowds judged by the integer reference, from a fixed seed.

Usage: generate.py [games] [seed] > ../vectors/random.json
Sheets are hexadecimal, one byte for each item; sums that may exceed 64 bits are strings; matrices are left out, for ../vectors/classify.json has them."""
import json, random, sys
import scoring

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

def main(games=120, seed=1):
	rng, cases = random.Random(seed), []
	for _ in range(games):
		classes, sheets, gold = crowd(rng)
		found = scoring.classify(sheets, classes, 10**12, gold)
		found["wash_sum_w"] = str(found["wash_sum_w"])
		cases.append(dict(K=classes, bounty=10**12, sheets=[bytes(s).hex() for s in sheets], gold=sorted(gold.items()), expect={k: found[k] for k in KEPT}))
	print("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]")

if __name__ == "__main__":
	main(*map(int, sys.argv[1:]))
