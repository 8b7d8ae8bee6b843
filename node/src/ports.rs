//! The ports of the node: taken ones stop it at its start.
//!
//! Left alone, the node would take a random port for its JSON-RPC, so that its user talks to somebody else's; share that
//! of the network with whoever has it, who gets half of the connections; and go without metrics.

use sc_network::multiaddr::{Multiaddr, Protocol};
use sc_service::{error::Error as ServiceError, Configuration};
use std::{
	collections::BTreeSet,
	io::ErrorKind,
	net::{IpAddr, SocketAddr, TcpListener},
};

/// Fails if a port is not to be had, and names the options of all of them. Keeps the JSON-RPC from another port than its
/// own, should somebody come in between.
pub fn claim(config: &mut Configuration) -> Result<(), ServiceError> {
	let mut wanted: Vec<(SocketAddr, &str)> = Vec::new();
	for endpoint in config.rpc.addr.iter_mut().flatten() {
		endpoint.retry_random_port = false;
		wanted.push((endpoint.listen_addr, "--rpc-port"));
	}
	wanted.extend(config.network.listen_addresses.iter().filter_map(tcp).map(|address| (address, "--port")));
	wanted.extend(config.prometheus_config.iter().map(|prometheus| (prometheus.port, "--prometheus-port")));
	// The same port of IPv4 and of IPv6 is told once.
	let mut told = BTreeSet::new();
	let trouble = |(address, option)| trouble(address, option).filter(|_| told.insert(option));
	let taken: Vec<_> = wanted.into_iter().filter_map(trouble).collect();
	match taken.is_empty() {
		true => Ok(()),
		false => Err(ServiceError::Other(taken.join("; "))),
	}
}

/// Why nobody can listen on `address`. Without IPv6 on the machine, nothing is missed there.
fn trouble(address: SocketAddr, option: &str) -> Option<String> {
	let error = TcpListener::bind(address).err()?;
	let taken = matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied);
	(taken || address.is_ipv4())
		.then(|| format!("cannot listen on {address} ({error}): choose another port with {option}"))
}

/// The TCP address of an address of the network.
fn tcp(address: &Multiaddr) -> Option<SocketAddr> {
	let mut parts = address.iter();
	let ip = match parts.next()? {
		Protocol::Ip4(ip) => IpAddr::from(ip),
		Protocol::Ip6(ip) => IpAddr::from(ip),
		_ => return None,
	};
	match parts.next()? {
		Protocol::Tcp(port) => Some((ip, port).into()),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn addresses_of_the_network() {
		let tcp = |text: &str| tcp(&text.parse().unwrap()).map(|address| address.to_string());
		assert_eq!(tcp("/ip4/0.0.0.0/tcp/30333").as_deref(), Some("0.0.0.0:30333"));
		assert_eq!(tcp("/ip6/::/tcp/30333/ws").as_deref(), Some("[::]:30333"));
		assert_eq!(tcp("/ip4/127.0.0.1/udp/30333/webrtc-direct"), None);
		assert_eq!(tcp("/dns/example.com/tcp/30333"), None);
	}

	#[test]
	fn a_taken_port_is_told_with_its_option() {
		let other = TcpListener::bind("127.0.0.1:0").unwrap();
		let address = other.local_addr().unwrap();
		let told = trouble(address, "--rpc-port").unwrap();
		assert!(told.contains(&address.to_string()) && told.contains("--rpc-port"), "{told}");
		drop(other);
		assert_eq!(trouble(address, "--rpc-port"), None);
	}
}
