//! The subset of Kubo's RPC that Learnware uses, in Kubo's wire form.

mod options;

use super::{blocking, gateway::RAW_BLOCK};
use crate::{
	fetch_file,
	import::{import, ImportError},
	store::StoreError,
	Block, BlockStore, Cid, FetchError, Limits,
};
use axum::{
	body::Bytes,
	extract::{
		multipart::{MultipartError, MultipartRejection},
		DefaultBodyLimit, Multipart, Query, Request, State,
	},
	http::{header, StatusCode},
	middleware::{self, Next},
	response::{IntoResponse, Response},
	routing::post,
	Router,
};
use options::{AddOptions, Options, PutOptions};
use serde_json::{json, Value};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A version of Kubo whose commands these are, more or less. Clients look at it: those of Python, which are not made any
/// more, go with 0.4.23 to 0.7 only.
const VERSION: &str = "0.7.0-learnware";

/// Files in memory at a time; further requests wait.
const MAX_FILES: usize = 8;

/// The pairs of a query.
type Pairs = Query<Vec<(String, String)>>;
/// A form, or why the body is none.
type Form = Result<Multipart, MultipartRejection>;
type Rpc = State<Arc<Context>>;

struct Context {
	store: Arc<BlockStore>,
	limits: Limits,
	/// Free places for whole files in memory.
	places: Arc<Semaphore>,
}

impl Context {
	async fn place(&self) -> Result<OwnedSemaphorePermit, RpcError> {
		self.places.clone().acquire_owned().await.map_err(|error| RpcError(error.to_string()))
	}
}

pub(super) fn router(store: Arc<BlockStore>, limits: Limits, body: usize) -> Router {
	let commands = Router::new()
		.route("/version", post(version))
		.route("/id", post(id))
		.route("/add", post(add))
		.route("/cat", post(cat))
		.route("/block/get", post(block_get))
		.route("/block/put", post(block_put))
		.route("/block/stat", post(block_stat))
		.route("/pin/add", post(pin_add))
		.route("/pin/ls", post(pin_ls))
		.route("/pin/rm", post(pin_rm))
		.with_state(Arc::new(Context { store, limits, places: Arc::new(Semaphore::new(MAX_FILES)) }));
	Router::new()
		.nest("/api/v0", commands)
		.fallback(|| async { (StatusCode::NOT_FOUND, "404 page not found\n") })
		.method_not_allowed_fallback(|| async { (StatusCode::METHOD_NOT_ALLOWED, "405 - Method Not Allowed\n") })
		.layer(DefaultBodyLimit::max(body))
		.layer(middleware::from_fn(refuse_web_pages))
}

/// A browser sends these headers along with what a page makes it send; the programs that this is for do not.
async fn refuse_web_pages(request: Request, next: Next) -> Response {
	let headers = request.headers();
	if headers.contains_key(header::ORIGIN) || headers.contains_key(header::REFERER) {
		return (StatusCode::FORBIDDEN, "403 - Forbidden: not for web pages\n").into_response();
	}
	next.run(request).await
}

/// An error in Kubo's form.
struct RpcError(String);

impl IntoResponse for RpcError {
	fn into_response(self) -> Response {
		let body = json!({ "Message": self.0, "Code": 0, "Type": "error" });
		(StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
	}
}

impl From<String> for RpcError {
	fn from(message: String) -> Self {
		Self(message)
	}
}

/// A document on one line, as Kubo ends it.
struct Json(Value);

impl IntoResponse for Json {
	fn into_response(self) -> Response {
		([(header::CONTENT_TYPE, "application/json")], format!("{}\n", self.0)).into_response()
	}
}

async fn version() -> Json {
	Json(json!({ "Version": VERSION, "Commit": "", "Repo": "1", "System": std::env::consts::ARCH, "Golang": "" }))
}

async fn id() -> Json {
	let agent = concat!("learnware/", env!("CARGO_PKG_VERSION"));
	Json(json!({ "ID": "", "PublicKey": "", "Addresses": [], "AgentVersion": agent, "ProtocolVersion": "" }))
}

async fn add(State(rpc): Rpc, Query(query): Pairs, form: Form) -> Result<Json, RpcError> {
	let options = AddOptions::parse(&query)?;
	let _place = rpc.place().await?;
	let (name, content) = the_file(form).await?;
	if content.len() as u64 > rpc.limits.file_bytes {
		return Err(too_large(content.len() as u64, &rpc.limits));
	}
	let (root, size) = blocking(move || add_content(&rpc.store, &content, &options)).await?;
	let root = root.to_string();
	Ok(Json(json!({ "Name": name.as_ref().unwrap_or(&root), "Hash": root, "Size": size.to_string() })))
}

/// Returns the root and the bytes of all blocks.
fn add_content(store: &BlockStore, content: &[u8], options: &AddOptions) -> Result<(Cid, u64), StoreError> {
	let mut hold = store.hold();
	let mut size = 0;
	let root = import(content, &options.profile, |block| {
		size += block.bytes().len() as u64;
		match options.only_hash {
			true => Ok(()),
			false => hold.put(&block),
		}
	});
	let root = root.map_err(|error| match error {
		ImportError::Sink(error) => error,
		ImportError::Library(error) => StoreError::Io { path: "import".into(), error: std::io::Error::other(error) },
	})?;
	if options.pin && !options.only_hash {
		store.pin(&root)?;
	}
	Ok((root, size))
}

/// The one file of a form, with its name.
async fn the_file(form: Form) -> Result<(Option<String>, Bytes), RpcError> {
	let broken = |error: MultipartError| RpcError(error.body_text());
	let mut form =
		form.map_err(|error| RpcError(format!("file argument 'path' is required: {}", error.body_text())))?;
	let field = form.next_field().await.map_err(broken)?;
	let field = field.ok_or_else(|| RpcError("file argument 'path' is required".into()))?;
	if field.content_type() == Some("application/x-directory") {
		return Err(RpcError("the embedded store adds files, not directories; add the file itself".into()));
	}
	let name = field.file_name().filter(|name| !name.is_empty()).map(String::from);
	let content = field.bytes().await.map_err(broken)?;
	match form.next_field().await.map_err(broken)? {
		None => Ok((name, content)),
		Some(_) => Err(RpcError("the embedded store adds one file at a time".into())),
	}
}

async fn cat(State(rpc): Rpc, Query(query): Pairs) -> Result<Response, RpcError> {
	let options = Options(&query);
	let (cid, offset, length) = (options.cid()?, options.number("offset")?, options.number("length")?);
	let _place = rpc.place().await?;
	let file = fetch_file(&rpc.store, &cid, &rpc.limits).await.map_err(|error| match error {
		FetchError::Unavailable(_) => RpcError(missing(&cid)),
		FetchError::NotAFile(kind) => RpcError(format!("this dag node is {kind}")),
		error => RpcError(error.to_string()),
	})?;
	let mut bytes = Bytes::from(file.bytes);
	let offset = usize::try_from(offset.unwrap_or(0)).unwrap_or(usize::MAX).min(bytes.len());
	let _ = bytes.split_to(offset);
	bytes.truncate(length.and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX));
	Ok(([(header::CONTENT_TYPE, "text/plain"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], bytes).into_response())
}

async fn block_get(State(rpc): Rpc, Query(query): Pairs) -> Result<Response, RpcError> {
	let cid = Options(&query).cid()?;
	match blocking(move || rpc.store.get(&cid)).await? {
		Some(block) => Ok(([(header::CONTENT_TYPE, RAW_BLOCK)], block.into_bytes()).into_response()),
		None => Err(RpcError(missing(&cid))),
	}
}

async fn block_put(State(rpc): Rpc, Query(query): Pairs, form: Form) -> Result<Json, RpcError> {
	let options = PutOptions::parse(&query)?;
	let _place = rpc.place().await?;
	let (_, bytes) = the_file(form).await?;
	let size = bytes.len();
	let named = Block::new(options.codec, bytes);
	let cid = match options.version_0 {
		true => Cid::v0(*named.cid().digest()),
		false => *named.cid(),
	};
	blocking(move || {
		let mut hold = rpc.store.hold();
		hold.put(&named)?;
		if options.pin {
			rpc.store.pin(&cid)
		} else {
			Ok(())
		}
	})
	.await?;
	Ok(Json(json!({ "Key": cid.to_string(), "Size": size })))
}

async fn block_stat(State(rpc): Rpc, Query(query): Pairs) -> Result<Json, RpcError> {
	let cid = Options(&query).cid()?;
	let size = rpc.store.size(&cid).ok_or_else(|| RpcError(missing(&cid)))?;
	Ok(Json(json!({ "Key": cid.to_string(), "Size": size })))
}

async fn pin_add(State(rpc): Rpc, Query(query): Pairs) -> Result<Json, RpcError> {
	let options = Options(&query);
	let cid = options.cid()?;
	if !options.flag("recursive")?.unwrap_or(true) {
		return Err(RpcError("the embedded store has recursive pins only".into()));
	}
	blocking(move || rpc.store.pin(&cid)).await?;
	Ok(Json(json!({ "Pins": [cid.to_string()] })))
}

/// The embedded store tells recursive pins only; what they hold is never listed.
async fn pin_ls(State(rpc): Rpc, Query(query): Pairs) -> Result<Json, RpcError> {
	let options = Options(&query);
	let recursive = match options.get("type").unwrap_or("all") {
		"all" | "recursive" => true,
		"direct" => false,
		other => return Err(RpcError(format!("the embedded store does not list pins of type {other}"))),
	};
	let pins = match options.get("arg") {
		None if recursive => rpc.store.pins(),
		None => Vec::new(),
		Some(_) => {
			let cid = options.cid()?;
			if !recursive || !rpc.store.is_pinned(&cid) {
				return Err(RpcError(format!("path '{cid}' is not pinned")));
			}
			vec![cid]
		},
	};
	let keys: BTreeMap<_, _> = pins.iter().map(|cid| (cid.to_string(), json!({ "Type": "recursive" }))).collect();
	Ok(Json(json!({ "Keys": keys })))
}

async fn pin_rm(State(rpc): Rpc, Query(query): Pairs) -> Result<Json, RpcError> {
	let cid = Options(&query).cid()?;
	match blocking(move || rpc.store.unpin(&cid)).await? {
		true => Ok(Json(json!({ "Pins": [cid.to_string()] }))),
		false => Err(RpcError("not pinned or pinned indirectly".into())),
	}
}

fn missing(cid: &Cid) -> String {
	format!("block was not found locally (offline): ipld: could not find {cid}")
}

fn too_large(bytes: u64, limits: &Limits) -> RpcError {
	RpcError(FetchError::TooLarge { bytes, most: limits.file_bytes }.to_string())
}
