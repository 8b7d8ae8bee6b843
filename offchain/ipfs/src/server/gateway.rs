//! The part of the trustless gateway that nodes need of each other: raw blocks.

use super::blocking;
use crate::{BlockStore, Cid};
use axum::{
	extract::{Path, Query, State},
	http::{header, HeaderMap, StatusCode},
	response::{IntoResponse, Response},
	routing::get,
	Router,
};
use std::sync::Arc;

pub(super) const RAW_BLOCK: &str = "application/vnd.ipld.raw";

pub(super) fn router(store: Arc<BlockStore>) -> Router {
	Router::new().route("/ipfs/{cid}", get(raw_block)).with_state(store)
}

/// `GET` and `HEAD`; the format by `?format=raw` or by `Accept`.
async fn raw_block(
	State(store): State<Arc<BlockStore>>,
	Path(cid): Path<String>,
	Query(options): Query<Vec<(String, String)>>,
	headers: HeaderMap,
) -> Response {
	if !wants_raw(&options, &headers) {
		return (StatusCode::NOT_ACCEPTABLE, "only raw blocks are served: add ?format=raw\n").into_response();
	}
	let cid: Cid = match cid.parse() {
		Ok(cid) => cid,
		Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
	};
	match blocking(move || store.get(&cid)).await {
		Ok(Some(block)) => {
			let headers = [
				(header::CONTENT_TYPE, RAW_BLOCK.to_string()),
				(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{cid}.bin\"")),
				(header::CACHE_CONTROL, "public, max-age=29030400, immutable".into()),
				(header::ETAG, format!("\"{cid}.raw\"")),
				(header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
			];
			(headers, block.into_bytes()).into_response()
		},
		Ok(None) => (StatusCode::NOT_FOUND, format!("ipld: could not find {cid}\n")).into_response(),
		Err(error) => {
			tracing::warn!(target: "ipfs", %cid, %error, "Block is not readable");
			(StatusCode::INTERNAL_SERVER_ERROR, "the block could not be read\n").into_response()
		},
	}
}

fn wants_raw(options: &[(String, String)], headers: &HeaderMap) -> bool {
	match options.iter().find(|(key, _)| key == "format") {
		Some((_, format)) => format == "raw",
		None => headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == RAW_BLOCK.as_bytes()),
	}
}
