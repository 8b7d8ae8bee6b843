//! IPFS access, tested against scripted servers, the embedded server and Kubo's golden values.

mod car;
mod endpoints;
mod gateway;
mod golden;
mod hostile;
mod rpc;
mod store;
// The scorer's tests of pins take it, too, and use more of it.
#[allow(dead_code)]
mod support;
mod walk;
