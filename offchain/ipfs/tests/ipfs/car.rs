//! CARv1.

use crate::support::{node, noise, raw, temp_store, Memory};
use learnware_ipfs::{
	car::{self, CarError},
	fetch_dag,
	import::{import, Profile},
	Block, Cid, Limits,
};
use std::convert::Infallible;

fn read(car: &[u8]) -> Result<(Vec<Cid>, Vec<Block>), CarError<Infallible>> {
	let mut blocks = Vec::new();
	let roots = car::read(car, |block| {
		blocks.push(block);
		Ok(())
	})?;
	Ok((roots, blocks))
}

fn write(roots: &[Cid], blocks: &[Block]) -> Vec<u8> {
	let mut car = Vec::new();
	car::write(&mut car, roots, blocks).unwrap();
	car
}

/// The container of one block in ipfs/gateway-conformance `test/fixtures.ts` (`ascii.txt`), version 0.
#[test]
fn the_bytes_are_those_of_other_implementations() {
	let text = b"goodbye application/vnd.ipld.raw\n";
	let leaf = [&[0x0a, 0x27, 0x08, 0x02, 0x12, 0x21][..], text, &[0x18, 0x21]].concat();
	let cid: Cid = "QmPPwobbE7eyUTZukZxWVu3etJEc7bk3b35bs6LxkLECRa".parse().unwrap();
	let block = Block::verify(cid, leaf.clone().into()).unwrap();
	let link = [&[0xd8, 0x2a, 0x58, 0x23, 0x00][..], &cid.to_bytes()].concat();
	let header = [&[0x38, 0xa2, 0x65][..], b"roots", &[0x81], &link, &[0x67], b"version", &[0x01]].concat();
	let section = [&[0x4b][..], &cid.to_bytes(), &leaf].concat();
	let car = write(&[cid], std::slice::from_ref(&block));
	assert_eq!(car, [header, section].concat());
	assert_eq!(read(&car).unwrap(), (vec![cid], vec![block]));
}

#[tokio::test]
async fn a_file_moves_between_stores() {
	let content = noise(1, 3_000_000);
	let mut blocks = Vec::new();
	let root = import(&content, &Profile::UNIXFS_V1_2025, |block| {
		blocks.push(block);
		Ok::<_, Infallible>(())
	});
	let root = root.unwrap();
	let dag = fetch_dag(&Memory::new(&blocks), &root, &Limits::default()).await.unwrap();
	let car = write(&[root], &dag.blocks);

	let temp = temp_store(10_000_000);
	assert_eq!(car::import(&temp.store, &car[..]).unwrap(), [root]);
	assert_eq!(temp.store.pins(), [root]);
	let dag = fetch_dag(&temp.store, &root, &Limits::default()).await.unwrap();
	assert!(dag.to_bytes() == content);
	assert_eq!(write(&[root], &dag.blocks), car);
}

#[test]
fn headers_hold_any_number_of_roots() {
	for count in [0, 1, 23, 24, 255, 256, 1000] {
		let roots: Vec<Cid> = (0..count).map(|seed| *raw(noise(seed, 8)).cid()).collect();
		assert_eq!(read(&write(&roots, &[])).unwrap(), (roots, vec![]));
	}
}

#[test]
fn every_cut_is_noticed_except_between_blocks() {
	let blocks = [raw(b"one".to_vec()), node(b"two", &[])];
	let car = write(&[*blocks[0].cid()], &blocks);
	let after_header = write(&[*blocks[0].cid()], &[]).len();
	let boundaries = [after_header, write(&[*blocks[0].cid()], &blocks[..1]).len(), car.len()];
	for length in 0..=car.len() {
		assert_eq!(read(&car[..length]).is_ok(), boundaries.contains(&length), "{length}");
	}
}

#[test]
fn every_changed_byte_of_a_block_is_noticed() {
	let block = raw(b"label".to_vec());
	let car = write(&[], std::slice::from_ref(&block));
	for index in write(&[], &[]).len()..car.len() {
		let mut changed = car.clone();
		changed[index] ^= 1;
		assert!(read(&changed).is_err(), "{index}");
	}
	let mut damaged = car.clone();
	*damaged.last_mut().unwrap() ^= 1;
	assert!(matches!(read(&damaged), Err(CarError::WrongBytes(_))));
}

#[test]
fn what_is_no_car_of_version_1_is_refused() {
	let version_2 = b"\x0a\xa1\x67version\x02";
	for bytes in [&b""[..], b"\x00", version_2, &[0xff; 16], b"\x05hello"] {
		assert!(matches!(read(bytes), Err(CarError::Malformed(_) | CarError::Io(_))), "{bytes:?}");
	}
	// A block by identity hash.
	let identity = [&write(&[], &[])[..], &[40, 0x01, 0x55, 0x00, 36], &[0; 36]].concat();
	assert!(matches!(read(&identity), Err(CarError::Cid(_))));
	// A length of 256 MiB is not allocated.
	let long = [&write(&[], &[])[..], &[0xff, 0xff, 0xff, 0x7f]].concat();
	assert!(matches!(read(&long), Err(CarError::Malformed(_))));
}
