//! IPFS access, tested against scripted servers, the embedded server and Kubo's golden values.

mod car;
mod endpoints;
mod gateway;
mod golden;
mod hostile;
mod rpc;
mod store;
mod support;
mod walk;
