//! Choices by name.

use core::fmt;

/// One of a few choices that people name.
pub trait Named: Copy + Eq + 'static {
	/// All of them.
	const ALL: &'static [Self];

	/// As people write it.
	fn name(self) -> &'static str;

	/// What it means, in a few words.
	fn meaning(self) -> &'static str;
}

/// There is no choice of this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NoSuchChoice<T>(core::marker::PhantomData<T>);

impl<T: Named> NoSuchChoice<T> {
	/// The choice of this name.
	pub(crate) fn find(name: &str) -> Result<T, Self> {
		T::ALL.iter().copied().find(|choice| choice.name() == name).ok_or(Self(core::marker::PhantomData))
	}
}

impl<T: Named> fmt::Display for NoSuchChoice<T> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("one of")?;
		for (position, choice) in T::ALL.iter().enumerate() {
			write!(f, "{} {}", if position == 0 { "" } else { "," }, choice.name())?;
		}
		Ok(())
	}
}

impl<T: Named + fmt::Debug> core::error::Error for NoSuchChoice<T> {}

/// An enum of choices, each with its name and what it means.
macro_rules! named {
	($(#[$about:meta])* $enum:ident { $($choice:ident = $name:literal: $meaning:literal,)+ }) => {
		$(#[$about])*
		#[derive(Clone, Copy, Debug, Eq, PartialEq)]
		pub enum $enum {
			$(#[doc = $meaning] $choice,)+
		}

		impl $crate::named::Named for $enum {
			const ALL: &'static [Self] = &[$(Self::$choice),+];

			fn name(self) -> &'static str {
				match self {
					$(Self::$choice => $name,)+
				}
			}

			fn meaning(self) -> &'static str {
				match self {
					$(Self::$choice => $meaning,)+
				}
			}
		}

		impl core::fmt::Display for $enum {
			fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
				f.pad($crate::named::Named::name(*self))
			}
		}

		impl core::str::FromStr for $enum {
			type Err = $crate::named::NoSuchChoice<Self>;

			fn from_str(name: &str) -> Result<Self, Self::Err> {
				$crate::named::NoSuchChoice::find(name)
			}
		}
	};
}
pub(crate) use named;
