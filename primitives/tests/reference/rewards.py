#!/usr/bin/env python3
"""Prints ../vectors/rewards.json: logarithms, powers and both reward curves, from `decimal` and in big integers.

Usage: rewards.py [cases] [seed] > ../vectors/rewards.json
Integers that may exceed 53 bits are strings. `exact` is the true value, rounded down; `reward` is the code's, to the bit."""
import json, random, sys
from decimal import Decimal, getcontext
from fractions import Fraction
from scoring import reward as error_log

getcontext().prec = 160
U32, U128 = 2**32 - 1, 2**128 - 1
LN_2 = Decimal(2).ln()

def line(value):
	return json.dumps(value, separators=(",", ":"))

def decimal(fraction):
	return Decimal(fraction.numerator) / Decimal(fraction.denominator)

def floor(value):
	"""Rounded down, but for what is an integer up to the errors of `decimal`."""
	return int((value + Decimal("1e-80")).to_integral_value("ROUND_FLOOR"))

def log2(whole, part):
	"""Units of 2^-120, as in rewards/log2.rs."""
	if part >= whole:
		return 0
	log = (whole // part).bit_length() - 1
	mantissa = (whole << 127) // (part << log)
	for _ in range(120):
		high, low = mantissa >> 64, mantissa % 2**64
		square = high * high + (2 * high * low >> 64)  # units of 2^-126
		halved = square >> 127
		mantissa, log = square if halved else 2 * square, 2 * log + halved
	return log

def halving(fraction):
	"""Units of 2^-63, of an exponent in units of 2^-56, as in rewards/exp2.rs."""
	t = fraction * floor(LN_2 * 2**64) >> 56
	term = growth = 1 << 64
	index = 1
	while term:
		term = term * t // (index << 64)
		growth += term
		index += 1
	return (1 << 127) // growth

def way(curve, at):
	low, high = Fraction(*curve["min"]), Fraction(*curve["max"])
	return (Fraction(*at) - low) / (high - low)

def logarithmic(budget, curve, score):
	x, middle = way(curve, score), way(curve, curve["mid"])
	if x <= 0 or x >= 1:
		return budget if x > 0 else 0
	up, down = log2(x.denominator, x.numerator), log2(middle.denominator, middle.numerator)
	dropped = max(0, down.bit_length() - 64)
	exponent = ((up >> dropped) << 56) // (down >> dropped)
	return (budget * halving(exponent % 2**56) >> 63) >> (exponent >> 56)

def logarithmic_exact(budget, curve, score):
	x, middle = way(curve, score), way(curve, curve["mid"])
	if x <= 0 or x >= 1:
		return budget if x > 0 else 0
	exponent = decimal(x).ln() / decimal(middle).ln()
	return floor(budget * (-exponent * LN_2).exp()) if exponent < 200 else 0

def error_log_exact(budget, h, score):
	error = 1 - Fraction(*score)
	exact = {Fraction(0): budget, Fraction(1, h): budget // 2, Fraction(1): 0}
	if error in exact:
		return exact[error]
	return floor(budget * (1 - decimal(1 + h * (h - 2) * error).ln() / (2 * Decimal(h - 1).ln())))

def budget(chance):
	return chance.choice([10**12, 10**18 + 7, 2**100 + 345, U128, U128 - 1, chance.randrange(1, 10**4), chance.randrange(2**128)])

def ratio(chance):
	"""Any, with a liking for the ends."""
	denominator = chance.choice([U32, U32 - 1, 10**4, 360, chance.randrange(1, 100), chance.randrange(1, 2**32)])
	near = chance.choice([0, 1, chance.randrange(0, 10), chance.randrange(0, denominator + 1)])
	numerator = min(near, denominator)
	return [chance.choice([numerator, denominator - numerator]), denominator]

def curve(chance):
	while True:
		low, middle, high = sorted([ratio(chance), ratio(chance), chance.choice([[1, 1], ratio(chance)])], key=lambda r: Fraction(*r))
		if Fraction(*low) < Fraction(*middle) < Fraction(*high):
			return {"min": low, "mid": middle, "max": high}

def score(chance, bounds):
	"""Any, or one right beside a bound."""
	if chance.random() < 0.5:
		return ratio(chance)
	near, total = Fraction(*chance.choice(list(bounds))), chance.choice([U32, 10**4, chance.randrange(2**31, 2**32)])
	return [min(max(int(near * total) + chance.randrange(-2, 3), 0), total), total]

def logs(chance, count):
	for number in range(count):
		whole = chance.randrange(2, 2 ** chance.randrange(2, 97))
		part = [chance.randrange(1, whole), whole - chance.randrange(1, min(whole, 1000)), chance.randrange(1, min(whole, 1000))][number % 3]
		yield {"whole": str(whole), "part": str(part), "exact": str(floor((decimal(Fraction(whole, part)).ln() / LN_2) * 2**120))}

def halvings(chance, count):
	for number in range(count):
		fraction = [chance.randrange(2**56), chance.randrange(1000), 2**56 - chance.randrange(1, 1000)][number % 3]
		yield {"fraction": str(fraction), "exact": str(floor((-LN_2 * fraction / 2**56).exp() * 2**63))}

def logarithmic_cases(chance, count):
	for _ in range(count):
		bounds, amount = curve(chance), budget(chance)
		at = score(chance, bounds.values())
		yield {"budget": str(amount), **bounds, "score": at, "reward": str(logarithmic(amount, bounds, at)), "exact": str(logarithmic_exact(amount, bounds, at))}

def error_log_cases(chance, count):
	for _ in range(count):
		h = chance.choice([3, 4, 100, 1000, U32, U32 - 1, chance.randrange(3, 10**4), chance.randrange(3, 2**32)])
		amount = budget(chance)
		at = score(chance, [(0, 1), (h - 1, h), (1, 1)])
		yield {"budget": str(amount), "h": h, "score": at, "reward": str(error_log(amount, *at, h)), "exact": str(error_log_exact(amount, h, at))}

def main():
	count = int(sys.argv[1]) if len(sys.argv) > 1 else 240
	seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
	kinds = {"log2": logs, "halvings": halvings, "logarithmic": logarithmic_cases, "error_log": error_log_cases}
	lists = [f'"{name}":[\n' + ",\n".join(map(line, make(random.Random(f"{name} {seed}"), count))) + "\n]" for name, make in kinds.items()]
	print("{" + ",\n".join(lists) + "}")

main()
