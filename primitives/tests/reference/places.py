#!/usr/bin/env python3
"""Prints ../vectors/places.json: exponentials from `decimal`, prizes and copy attacks in big integers and fractions.

Usage: places.py [cases] [seed] > ../vectors/places.json
Amounts are strings, for they may exceed 64 bits. `ideal` is a place's exact share of the bounty, rounded down."""
import json, math, random, sys
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 120
PPM, MAX_LABELS, U128, I128 = 10**6, 64, 2**128 - 1, 2**127 - 1

def line(value):
	return json.dumps(value, separators=(",", ":"))

def exponential(temperature, place):
	return (-Decimal((place - 1) * PPM) / Decimal(temperature)).exp()

def softmax(temperature, taken):
	"""The weights of places/softmax.rs to the bit: units of 2^-60, growth in units of 2^-67."""
	term = growth = 1 << 67
	index = 1
	while term:
		term = term * PPM // (index * temperature)
		growth += term
		index += 1
	weights = [1 << 60]
	while len(weights) < taken:
		weights.append((weights[-1] << 67) // growth)
	return weights[:taken]

def places(payout, taken, bounty):
	if isinstance(payout, dict) and "geometric" in payout:
		amounts, ratio = [bounty], payout["geometric"]["ratio"]
		for _ in range(taken):
			amounts.append(amounts[-1] * ratio // PPM)
		return amounts[1:]
	if isinstance(payout, dict):
		weights = softmax(payout["softmax"]["temperature"], taken)
	else:
		weights = {"linear": list(range(taken, 0, -1)), "equal": [1] * taken, "winner_takes_all": [1] + [0] * (taken - 1)}[payout]
	return [bounty * weight // sum(weights) for weight in weights[:taken]]

def prizes(payout, duplicates, ranked, bounty):
	"""For each taker of a place: how many are better and how many are equal says which places it shares."""
	takers = {}
	for label, entry in enumerate(ranked):
		if entry is not None:
			takers.setdefault(("content", entry[1]) if duplicates == "collapse" else label, []).append(label)
	best = {key: max(ranked[label][0] for label in labels) for key, labels in takers.items()}
	pays, paid = places(payout, len(takers), bounty), [0] * len(ranked)
	for key, labels in takers.items():
		better, equal = sum(score > best[key] for score in best.values()), sum(score == best[key] for score in best.values())
		for label in labels:
			paid[label] = sum(pays[better:better + equal]) // equal // len(labels)
	return paid

def copy_attack(payout, duplicates, bounty, labels, collateral, chance):
	"""Plays each attack with `prizes`."""
	attacks, deterrent = [], 0
	for k in range(1, min(labels, MAX_LABELS) + 1):
		ranked = [(0, 0)] * k + [(-label, label) for label in range(1, min(labels, MAX_LABELS) - k + 1)]
		gain = sum(prizes(payout, duplicates, ranked, bounty)[:k])
		at_risk = min(k * collateral, U128)
		profit = chance * gain // PPM + (chance - PPM) * at_risk // PPM
		attacks.append((max(min(profit, I128), -I128), -k, gain, at_risk))
		if gain * chance:
			deterrent = max(deterrent, U128 if chance == PPM else min(math.ceil(Fraction(gain * chance, (PPM - chance) * k)), U128))
	profit, accounts, gain, at_risk = max(attacks)
	return dict(accounts=-accounts, gain=str(gain), at_risk=str(at_risk), profit=str(profit), deterrent=str(deterrent))

def any_payout(rng):
	temperature = rng.choice([100_000, 64_000_000, 1_000_000, 2_500_000, rng.randint(100_000, 64_000_000)])
	ratio = rng.choice([1, 500_000, rng.randint(1, 500_000)])
	return rng.choice([dict(geometric=dict(ratio=ratio)), dict(softmax=dict(temperature=temperature)), "linear", "equal", "winner_takes_all"])

def any_amount(rng):
	return rng.choice([0, 1, U128, U128 - 1, 10**12, rng.randint(0, 1000), rng.getrandbits(128), rng.getrandbits(64)])

def main(cases=150, seed=1):
	rng = random.Random(seed)
	temperatures = [100_000, 100_001, 333_333, 1_000_000, 2_500_000, 7_777_777, 20_000_000, 63_999_999, 64_000_000]
	found = [dict(temperature=t, place=p, weight=int(exponential(t, p) * 2**60)) for t in temperatures for p in [1, 2, 3, 4, 7, 8, 16, 33, 63, 64, 65, 66, 128, 300, 2662]]
	print('{\n"exponentials": [\n' + ",\n".join(map(line, found)) + "\n],")

	found = []
	for temperature in temperatures:
		for taken in [1, 2, 7, 64]:
			exact = [exponential(temperature, place) for place in range(1, taken + 1)]
			found.append(dict(temperature=temperature, taken=taken, bounty=str(2**100), ideal=[str(int(2**100 * weight / sum(exact))) for weight in exact]))
	print('"softmax": [\n' + ",\n".join(map(line, found)) + "\n],")

	found = []
	for _ in range(cases):
		labels = rng.choice([0, 1, 2, 64, 100, *range(3, 15)])
		scores, contents = rng.choice([1, 4, 10**6]), rng.choice([1, 5, 10**6])
		ranked = [None if rng.random() < 0.15 else (rng.randint(-scores, scores), rng.randint(0, contents)) for _ in range(labels)]
		payout, duplicates, bounty = any_payout(rng), rng.choice(["share", "collapse"]), any_amount(rng)
		found.append(dict(payout=payout, duplicates=duplicates, bounty=str(bounty), ranked=ranked, prizes=list(map(str, prizes(payout, duplicates, ranked, bounty)))))
	print('"prizes": [\n' + ",\n".join(map(line, found)) + "\n],")

	found = []
	for _ in range(cases):
		chance = rng.choice([0, 1, PPM // 2, PPM - 1, PPM, rng.randint(0, PPM), rng.randint(0, PPM), rng.randint(0, PPM)])
		case = dict(payout=any_payout(rng), duplicates=rng.choice(["share", "collapse"]), bounty=any_amount(rng), labels=rng.choice([1, 2, 5, 7, 20, 64, 65]), collateral=any_amount(rng), chance=chance)
		if rng.random() < 0.7:
			case.update(bounty=rng.randint(0, 10**15), collateral=rng.randint(0, 10**14))
		expect = copy_attack(**case)
		found.append(dict(case, bounty=str(case["bounty"]), collateral=str(case["collateral"]), expect=expect))
	print('"copy_attacks": [\n' + ",\n".join(map(line, found)) + "\n]\n}")

if __name__ == "__main__":
	main(*map(int, sys.argv[1:]))
