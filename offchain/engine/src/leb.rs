//! Numbers as WebAssembly writes them.

/// Unsigned LEB128.
pub(crate) fn leb(bytes: &mut Vec<u8>, mut value: u64) {
	while value >= 0x80 {
		bytes.push(value as u8 | 0x80);
		value >>= 7;
	}
	bytes.push(value as u8);
}

/// Signed LEB128, of a number that is not negative: the sign is a bit of its own.
pub(crate) fn signed_leb(bytes: &mut Vec<u8>, mut value: u64) {
	while value >= 0x40 {
		bytes.push(value as u8 | 0x80);
		value >>= 7;
	}
	bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn writes_leb128() {
		let unsigned = |value| {
			let mut bytes = Vec::new();
			leb(&mut bytes, value);
			bytes
		};
		let signed = |value| {
			let mut bytes = Vec::new();
			signed_leb(&mut bytes, value);
			bytes
		};
		assert_eq!([unsigned(0), unsigned(127), unsigned(128)], [vec![0], vec![127], vec![0x80, 1]]);
		assert_eq!([signed(0), signed(63), signed(64), signed(128)], [vec![0], vec![63], vec![0xc0, 0], vec![0x80, 1]]);
	}
}
