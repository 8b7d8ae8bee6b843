#!/usr/bin/env python3
"""Prints ../vectors/commitments.json: commitments from hand-built SCALE bytes and Python's hashlib."""
import hashlib, json

def compact(length):
	return bytes([length << 2]) if length < 64 else (length << 2 | 1).to_bytes(2, "little")

def u32(value):
	return value.to_bytes(4, "little")

def text(value):
	return compact(len(value)) + value

def blake2_256(data):
	return hashlib.blake2b(data, digest_size=32).hexdigest()

genesis, account, salt = bytes(range(32)), bytes(range(100, 132)), bytes(range(200, 232))
label, report = [], []
for sample, location in [(0, b""), (7, b"\x01\x55\x12\x20" + bytes([9] * 32)), (2**32 - 1, bytes(range(64)))]:
	preimage = text(b"learnware/label/1") + genesis + u32(sample) + account + text(location) + salt
	label.append(dict(sample=sample, location=location.hex(), hash=blake2_256(preimage)))
# GoldUse: None, Counted, Contradicted, TooFew, Bad(Unavailable).
golds = [b"\x00", b"\x01", b"\x02", b"\x03", b"\x04\x03"]
for (session, scorer, sample), gold in zip([(0, 0, 0), (3, 1, 7), (3, 2, 7), (3, 3, 7), (2**32 - 1, 4, 2**32 - 1)], golds):
	# Report { verdicts: [
	#   Scored { score: -5, loss: 9, eligible: false, outlier: true, copy_of: None },
	#   Scored { score: 1 << 64, loss: u64::MAX, eligible: true, outlier: false, copy_of: Some(258) },
	#   Bad(WrongShape),
	# ], wash: false, gold, consensus: [1, 2, 3] }
	first = b"\x00" + (-5).to_bytes(16, "little", signed=True) + (9).to_bytes(8, "little") + b"\x00\x01" + b"\x00"
	second = b"\x00" + (2**64).to_bytes(16, "little") + b"\xff" * 8 + b"\x01\x00" + b"\x01" + u32(258)
	encoded = compact(3) + first + second + b"\x01\x01" + b"\x00" + gold + text(b"\x01\x02\x03")
	preimage = text(b"learnware/report/1") + genesis + u32(session) + u32(scorer) + u32(sample) + encoded + salt
	report.append(dict(session=session, scorer=scorer, sample=sample, hash=blake2_256(preimage)))
print(json.dumps(dict(genesis=genesis.hex(), account=account.hex(), salt=salt.hex(), label=label, report=report), indent="\t"))
