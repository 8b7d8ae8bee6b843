//! Nodes as processes on loopback.

use crate::{Error, Result};
use std::{
	fs::File,
	net::TcpListener,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// Names of the validators of the local preset.
const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// A node's process; it is ended when this is dropped.
pub struct Node {
	process: Child,
	log: PathBuf,
	/// Port of its JSON-RPC.
	pub rpc: u16,
	/// Port of its IPFS RPC.
	pub ipfs: u16,
	/// Port of its Prometheus metrics.
	pub metrics: u16,
}

impl Node {
	fn start(program: &Path, arguments: &[String], log: PathBuf, ports: (u16, u16, u16)) -> Result<Self> {
		let process = run(program, arguments, &log)?;
		let (rpc, ipfs, metrics) = ports;
		Ok(Self { process, log, rpc, ipfs, metrics })
	}

	/// Where clients connect.
	pub fn url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.rpc)
	}

	/// Where files are added.
	pub fn ipfs_api(&self) -> String {
		format!("http://127.0.0.1:{}", self.ipfs)
	}

	/// An error if the process has ended, with the end of its log.
	pub fn check(&mut self) -> Result<()> {
		match self.process.try_wait()? {
			None => Ok(()),
			Some(status) => Err(Error(format!("a node ended ({status}):\n{}", self.log_end()))),
		}
	}

	/// The last lines that the node wrote.
	pub fn log_end(&self) -> String {
		let text = std::fs::read_to_string(&self.log).unwrap_or_default();
		let lines: Vec<_> = text.lines().collect();
		lines.get(lines.len().saturating_sub(15)..).unwrap_or_default().join("\n")
	}

	/// All that the node wrote.
	pub fn log(&self) -> String {
		std::fs::read_to_string(&self.log).unwrap_or_default()
	}

	/// Ends the process.
	pub fn stop(&mut self) {
		// It may have ended by itself; then there is nothing to do.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		self.stop();
	}
}

fn run(program: &Path, arguments: &[String], log: &Path) -> Result<Child> {
	let log = File::options().create(true).append(true).open(log)?;
	Command::new(program)
		.args(arguments)
		.stdin(Stdio::null())
		.stdout(Stdio::null())
		.stderr(log)
		.spawn()
		.map_err(|error| Error(format!("cannot run {}: {error}", program.display())))
}

/// Nodes of one chain, with a folder of their own that goes with them.
pub struct Network {
	/// The nodes.
	pub nodes: Vec<Node>,
	folder: TempDir,
}

impl Network {
	/// One node: the development preset with one validator, a block each second. It has a block store of its own,
	/// or uses the IPFS daemon at `ipfs_api`.
	pub fn development(program: &Path, ipfs_api: Option<&str>) -> Result<Self> {
		let folder = TempDir::with_prefix("learnware-")?;
		let ports = Ports::free()?;
		let mut arguments = ports.arguments();
		match ipfs_api {
			Some(url) => arguments.extend(["--ipfs-api".into(), url.into()]),
			None => arguments.extend(ports.store()),
		}
		arguments.extend(["--dev".into(), "--base-path".into(), path(folder.path().join("node"))]);
		let node = Node::start(program, &arguments, folder.path().join("node.log"), ports.outside())?;
		Ok(Self { nodes: vec![node], folder })
	}

	/// Four validators of the local preset that know each other as peers, of the chain and of IPFS.
	pub fn local(program: &Path) -> Result<Self> {
		let folder = TempDir::with_prefix("learnware-")?;
		let ports: Vec<_> = VALIDATORS.iter().map(|_| Ports::free()).collect::<Result<_>>()?;
		let mut nodes = Vec::new();
		for (i, (name, own)) in VALIDATORS.iter().zip(&ports).enumerate() {
			let mut arguments = own.arguments();
			arguments.extend(own.store());
			arguments.extend(["--chain".into(), "local".into(), format!("--{name}"), "--validator".into()]);
			arguments.extend(["--base-path".into(), path(folder.path().join(name))]);
			// Keys of the network made from the name, so that the others know the address before it runs.
			arguments.extend(["--node-key".into(), node_key(i)]);
			arguments.push("--no-mdns".into());
			for (j, other) in ports.iter().enumerate().filter(|(j, _)| *j != i) {
				arguments.extend(["--ipfs-peer".into(), format!("http://127.0.0.1:{}", other.gateway)]);
				if j == 0 {
					let id = peer_id(program, &node_key(0), folder.path())?;
					arguments.extend(["--bootnodes".into(), format!("/ip4/127.0.0.1/tcp/{}/p2p/{id}", other.p2p)]);
				}
			}
			nodes.push(Node::start(program, &arguments, folder.path().join(format!("{name}.log")), own.outside())?);
		}
		Ok(Self { nodes, folder })
	}

	/// A folder for whatever the players need.
	pub fn folder(&self) -> &Path {
		self.folder.path()
	}

	/// The first node.
	pub fn first(&mut self) -> Result<&mut Node> {
		self.nodes.first_mut().ok_or_else(|| Error::new("no node"))
	}
}

/// Secret of a test node's network identity.
fn node_key(index: usize) -> String {
	format!("{:064x}", index + 1)
}

/// The identity that goes with a secret.
fn peer_id(program: &Path, key: &str, folder: &Path) -> Result<String> {
	let file = folder.join("bootnode.key");
	std::fs::write(&file, key)?;
	let output = Command::new(program).args(["key", "inspect-node-key", "--file"]).arg(&file).output()?;
	let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
	if !output.status.success() || id.is_empty() {
		return Err(Error(format!("no peer id: {}", String::from_utf8_lossy(&output.stderr))));
	}
	Ok(id)
}

struct Ports {
	p2p: u16,
	rpc: u16,
	ipfs: u16,
	gateway: u16,
	metrics: u16,
}

impl Ports {
	/// Ports that nobody uses now: all are bound at once, then let go.
	fn free() -> Result<Self> {
		let listeners: Vec<_> = (0..5).map(|_| TcpListener::bind(("127.0.0.1", 0))).collect::<std::io::Result<_>>()?;
		let ports: Vec<_> =
			listeners.iter().map(|listener| Ok(listener.local_addr()?.port())).collect::<std::io::Result<_>>()?;
		let [p2p, rpc, ipfs, gateway, metrics] = ports[..] else { return Err(Error::new("no free ports")) };
		Ok(Self { p2p, rpc, ipfs, gateway, metrics })
	}

	fn arguments(&self) -> Vec<String> {
		let mut arguments = vec!["--no-telemetry".into(), "--rpc-port".into(), self.rpc.to_string()];
		arguments.extend(["--listen-addr".into(), format!("/ip4/127.0.0.1/tcp/{}", self.p2p)]);
		arguments.extend(["--prometheus-port".into(), self.metrics.to_string()]);
		arguments
	}

	/// Where the node's own block store listens.
	fn store(&self) -> [String; 4] {
		let address = |port| format!("127.0.0.1:{port}");
		["--ipfs-listen".into(), address(self.ipfs), "--ipfs-gateway-listen".into(), address(self.gateway)]
	}

	fn outside(&self) -> (u16, u16, u16) {
		(self.rpc, self.ipfs, self.metrics)
	}
}

fn path(path: PathBuf) -> String {
	path.to_string_lossy().into_owned()
}
