//! A CID in what people paste.

use learnware_ipfs::{Cid, CidError};

/// How CIDs begin that most people see, and how many letters they have.
const LETTERS: [(&str, usize); 3] = [("Qm", 46), ("b", 59), ("B", 59)];
/// How the binary forms of CIDs begin.
const BINARY: [&str; 3] = ["01551220", "01701220", "1220"];

/// The CID in `text`, or what is wrong, with what to write instead.
pub fn parse(text: &str) -> Result<Cid, String> {
	if let Some(digits) = text.strip_prefix("0x") {
		let bytes = hex::decode(digits).map_err(|error| format!("not a CID ({error})"))?;
		return Cid::from_bytes(&bytes).map_err(|error| error.to_string());
	}
	if ["/ipns/", "ipns://", ".ipns."].iter().any(|part| text.contains(part)) {
		return Err("a name, not a CID; `ipfs resolve -r` tells the CID that it stands for now".into());
	}
	let (cid, path) = take_apart(text)
		.ok_or("there is no CID in it; expected one as `ipfs add` prints it, such as bafkrei... or Qm...")?;
	match path.is_empty() {
		true => cid.parse().map_err(|error| refusal(cid, &error)),
		false => Err("a path in a directory; give the CID of the file itself, which `ipfs resolve -r` tells".into()),
	}
}

/// The CID and the path after it; `None` for the address of a web page.
fn take_apart(text: &str) -> Option<(&str, &str)> {
	let text = text.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
	let split = |text| Option::unwrap_or(str::split_once(text, '/'), (text, ""));
	let Some(address) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
		let text = text.strip_prefix("dweb:").unwrap_or(text);
		return Some(split(
			["/ipfs/", "ipfs://", "ipfs/"].iter().find_map(|start| text.strip_prefix(start)).unwrap_or(text),
		));
	};
	let (host, path) = split(address);
	match (path.strip_prefix("ipfs/"), host.split_once(".ipfs.")) {
		(Some(rest), _) => Some(split(rest)),
		(None, Some((cid, _))) => Some((cid, path)),
		(None, None) => None,
	}
}

/// What people do to CIDs, told by what is left of them.
fn refusal(text: &str, error: &CidError) -> String {
	let count = text.chars().count();
	let whole = LETTERS.iter().find(|(start, _)| text.starts_with(start)).map(|(_, letters)| *letters);
	let digits = text.chars().all(|letter| letter.is_ascii_hexdigit());
	match (error, whole) {
		(CidError::Unsupported { .. }, _) => error.to_string(),
		_ if digits && BINARY.iter().any(|start| text.starts_with(start)) => {
			"the binary form of a CID begins with 0x: write it before these digits".into()
		},
		_ if count == 46 && text.starts_with("qm") => {
			"a CID of version 0 in small letters, which nobody can read any more; copy it again, from elsewhere".into()
		},
		(_, Some(whole)) if count.abs_diff(whole) < 10 && count != whole => {
			format!("not a CID: it has {count} letters, and one that begins so has {whole}; was it copied whole?")
		},
		_ => error.to_string(),
	}
}

#[cfg(test)]
mod tests {
	use super::super::parse_cid;
	use crate::error::Kind;

	/// The same file, in forms that were seen pasted; of those that can't be taken, words of what is said.
	#[test]
	fn pasted_forms_are_taken_or_told() {
		let table = include_str!("../../tests/fixtures/cids.tsv");
		let rows: Vec<_> = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()).collect();
		let version_1 = parse_cid(rows[0][0]).unwrap();
		assert!(rows.len() >= 33);
		for row in rows {
			let [text, says, what] = row[..] else { panic!("{row:?}") };
			match parse_cid(text) {
				Ok(cid) => {
					assert!(says.is_empty(), "{what}: {text} is taken");
					assert!(cid == version_1 || text.starts_with("Qm"), "{what}: {cid}");
				},
				Err(failure) => {
					assert!(!says.is_empty() && failure.message.contains(says), "{what}: {}", failure.message);
					assert_eq!(failure.kind, Kind::Usage);
				},
			}
		}
	}
}
