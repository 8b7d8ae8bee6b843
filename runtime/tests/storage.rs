//! What our pallets store is encoded as it was: a change that nobody noticed would strand what chains have stored.

use frame_metadata::{
	v16::{PalletMetadata, StorageEntryType},
	RuntimeMetadata, RuntimeMetadataPrefixed,
};
use frame_support::traits::{GetStorageVersion, PalletInfoAccess, StorageVersion};
use learnware_runtime::*;
use parity_scale_codec::Decode;
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef};
use sp_io::TestExternalities;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/storage.txt");

/// `UPDATE_STORAGE=1 cargo test --release -p learnware-runtime --test storage` writes the file anew.
///
/// Names are part of it, for two fields of one type that change places keep their encoding, and not their meaning. A new
/// name for the same thing needs no migration.
#[test]
fn what_is_stored_is_encoded_as_before() {
	let current = describe();
	if std::env::var_os("UPDATE_STORAGE").is_some() {
		std::fs::write(FILE, &current).expect("the folder is there");
	}
	let known = std::fs::read_to_string(FILE).expect("the file is there");
	let change = known.lines().zip(current.lines()).find(|(known, current)| known != current);
	assert!(
		known == current,
		"what is stored has changed, first here: {change:?}\n\
		If it is encoded in another way, a chain that has stored something needs a migration, and the pallet a new storage \
		version. Write both, then renew runtime/tests/storage.txt: UPDATE_STORAGE=1 cargo test --release -p \
		learnware-runtime --test storage"
	);
}

/// The storage of our pallets: their versions, and the structure of all keys and values.
fn describe() -> String {
	let metadata = TestExternalities::default().execute_with(|| Runtime::metadata_at_version(16));
	let encoded = metadata.expect("version 16 is served").to_vec();
	let RuntimeMetadataPrefixed(_, RuntimeMetadata::V16(metadata)) =
		RuntimeMetadataPrefixed::decode(&mut encoded.as_slice()).expect("it is metadata")
	else {
		panic!("another version was asked for");
	};
	let mut text = String::new();
	for (name, version) in [
		version_of::<Slots>(),
		version_of::<ValidatorSet>(),
		version_of::<LabelingGame>(),
		version_of::<LearnwareRewards>(),
		version_of::<LabelReports>(),
		version_of::<LessonReports>(),
	] {
		let pallet = metadata.pallets.iter().find(|pallet| pallet.name == name).expect("it is in the runtime");
		text += &format!("{name}, version {version}\n");
		text += &entries(&metadata.types, pallet);
	}
	text
}

fn version_of<P: GetStorageVersion<InCodeStorageVersion = StorageVersion> + PalletInfoAccess>() -> (&'static str, u16) {
	let version: u16 = parity_scale_codec::Encode::using_encoded(&P::in_code_storage_version(), |mut bytes| {
		u16::decode(&mut bytes).expect("a number")
	});
	(P::name(), version)
}

fn entries(types: &PortableRegistry, pallet: &PalletMetadata<PortableForm>) -> String {
	let storage = pallet.storage.as_ref().expect("it stores something");
	let mut text = String::new();
	for entry in &storage.entries {
		text += &match &entry.ty {
			StorageEntryType::Plain(value) => format!("\t{}: {}\n", entry.name, shape(types, value.id, 1)),
			StorageEntryType::Map { hashers, key, value } => {
				let (key, value) = (shape(types, key.id, 1), shape(types, value.id, 1));
				format!("\t{}: {hashers:?} {key} -> {value}\n", entry.name)
			},
		};
	}
	text
}

/// How a type is encoded, in words. A structure of one field without a name is encoded as that field.
fn shape(types: &PortableRegistry, id: u32, depth: usize) -> String {
	let ty = types.resolve(id).expect("a registry is complete");
	match &ty.type_def {
		TypeDef::Primitive(primitive) => format!("{primitive:?}").to_lowercase(),
		TypeDef::Compact(compact) => format!("compact {}", shape(types, compact.type_param.id, depth)),
		TypeDef::Array(array) => format!("[{}; {}]", shape(types, array.type_param.id, depth), array.len),
		TypeDef::Sequence(sequence) => format!("[{}]", shape(types, sequence.type_param.id, depth)),
		TypeDef::Tuple(tuple) => {
			let fields: Vec<_> = tuple.fields.iter().map(|field| shape(types, field.id, depth)).collect();
			format!("({})", fields.join(", "))
		},
		TypeDef::Composite(composite) => fields(types, &composite.fields, depth),
		TypeDef::Variant(variants) => {
			let indent = "\t".repeat(depth + 1);
			let variants: String = variants
				.variants
				.iter()
				.map(|variant| {
					let fields = fields(types, &variant.fields, depth + 1);
					format!("{indent}{} {} {fields}", variant.index, variant.name).trim_end().to_owned() + "\n"
				})
				.collect();
			format!("one of\n{variants}{}", "\t".repeat(depth)).trim_end().to_owned()
		},
		TypeDef::BitSequence(_) => "bits".into(),
	}
}

fn fields(types: &PortableRegistry, fields: &[Field<PortableForm>], depth: usize) -> String {
	match fields {
		[] => String::new(),
		[field] if field.name.is_none() => shape(types, field.ty.id, depth),
		_ => {
			let indent = "\t".repeat(depth + 1);
			let field = |field: &Field<PortableForm>| {
				let name = field.name.as_deref().unwrap_or("_");
				format!("\n{indent}{name}: {}", shape(types, field.ty.id, depth + 1))
			};
			fields.iter().map(field).collect()
		},
	}
}
