//! Labels on IPFS: adding, fetching with proof, keeping.
//!
//! ```text
//! Ipfs ── fetch ── walk the DAG ── Failover ─┬─ KuboSource   block/get of a daemon or of our own server
//!   │                                        └─ PeerSource   GET /ipfs/{cid}?format=raw of another node
//!   └──── add, pin ── Kubo RPC                               (both servers read a BlockStore)
//! ```
//!
//! Nobody is trusted: a [`Block`] exists only if its bytes have the digest that its [`Cid`] names, and a
//! file is put together from blocks alone, never from what a daemon says a file holds. Every failure
//! has one of two meanings ([`FetchError`]):
//!
//! * [`Unavailable`]: nobody gave the bytes (down, slow, missing, lying). Says nothing about the file;
//!   try again, or elsewhere.
//! * a verdict ([`FetchError::NotAFile`], [`FetchError::Malformed`], [`FetchError::TooLarge`]): it
//!   follows from verified bytes, so everyone who gets the bytes reaches it. Never try again.

#![deny(missing_docs)]

pub mod block;
pub mod car;
mod cid;
pub mod dag_pb;
mod failover;
mod fetch;
mod handle;
pub mod import;
mod kubo;
mod limits;
mod peer;
mod read;
pub mod server;
mod source;
pub mod store;

pub use self::{
	block::{Block, MAX_BLOCK_BYTES},
	cid::{Cid, CidError, Codec, Version},
	failover::{EndpointState, Failover},
	fetch::{fetch_dag, fetch_file, Dag, FetchError, File},
	handle::{AddError, Config, EndpointHealth, Ipfs},
	kubo::{KuboSource, Pinned},
	limits::Limits,
	peer::PeerSource,
	source::{BlockSource, Caching, EndpointError, Failure, Fault, Unavailable},
	store::BlockStore,
};
