//! How long a slot lasts. It is given at genesis and never changes, so that a development chain may be faster than a
//! production one with the same code.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

pub use pallet::*;

use frame_support::traits::Get;

/// The length of a slot, in milliseconds.
impl<T: Config> Get<u64> for Pallet<T> {
	fn get() -> u64 {
		Duration::<T>::get()
	}
}

/// The least time between two blocks: half a slot, in milliseconds.
pub struct HalfASlot<T>(core::marker::PhantomData<T>);

impl<T: Config> Get<u64> for HalfASlot<T> {
	fn get() -> u64 {
		Duration::<T>::get() / 2
	}
}

#[frame_support::pallet]
pub mod pallet {
	use frame_support::{pallet_prelude::*, traits::ConstU64};

	/// Length of a slot unless genesis says otherwise, in milliseconds.
	pub const DEFAULT_DURATION: u64 = 6_000;

	/// Shortest slot: shorter ones leave no time to import a block between two of them.
	pub const MIN_DURATION: u64 = 500;

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	/// Version of what is stored.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Length of a slot in milliseconds. Nothing writes it after genesis: Aura derives slot numbers from it, and nodes
	/// read it once, when they start.
	#[pallet::storage]
	pub type Duration<T> = StorageValue<_, u64, ValueQuery, ConstU64<DEFAULT_DURATION>>;

	/// The length of a slot.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Length of a slot in milliseconds.
		pub duration: u64,
		/// No data.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { duration: DEFAULT_DURATION, _config: Default::default() }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.duration >= MIN_DURATION, "a slot is shorter than nodes can follow");
			Duration::<T>::put(self.duration);
		}
	}
}
