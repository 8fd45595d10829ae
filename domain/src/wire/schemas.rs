//! The types that are sent as strings, as the description of the API names them. Not here: those that are objects, which
//! `wire!` describes.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::limits::{LABEL_NAME_MAX_CHARS, NAME_MAX_CHARS, SPACE_MAX_BYTES};
use crate::{
    DifferenceHash, Field, Key, LabelName, Name, Placeholder, Sha256, Space, StyleText, TakenAt, Timestamp,
};

macro_rules! schema_of_text {
    ($($type:ty: $words:literal $(, $with:expr)?;)+) => {
        $(
            impl PartialSchema for $type {
                fn schema() -> RefOr<Schema> {
                    let text = ObjectBuilder::new().schema_type(Type::String).description(Some($words));
                    $(let text = ($with)(text);)?
                    RefOr::T(Schema::Object(text.build()))
                }
            }

            impl ToSchema for $type {}
        )+
    };
}

fn at_most(characters: usize) -> impl Fn(ObjectBuilder) -> ObjectBuilder {
    move |text| text.max_length(Some(characters))
}

fn like(pattern: &str) -> impl Fn(ObjectBuilder) -> ObjectBuilder {
    move |text| text.pattern(Some(pattern))
}

schema_of_text! {
    DifferenceHash: "64 bits that differ little between pictures that look alike, in hexadecimal.";
    Field: "The member of the request that is wrong.";
    Key: "The key of an object in the bucket, UTF-8, at most 1,024 bytes.";
    LabelName: "A label: one line without commas and control characters.", at_most(LABEL_NAME_MAX_CHARS);
    Name: "A name: one line without control characters; may be empty.", at_most(NAME_MAX_CHARS);
    Placeholder: "A tiny picture (thumbhash), in hexadecimal.";
    Sha256: "A SHA-256 in hexadecimal.", like("^[0-9a-f]{64}$");
    Space: "The id of a space.", like(&format!("^[a-z0-9-]{{1,{SPACE_MAX_BYTES}}}$"));
    StyleText: "A look as text, such as `shape=dots&ink=0b3d91`.";
    TakenAt: "A time by the camera\u{2019}s clock, with an offset from UTC if the camera knew it.";
    Timestamp: "A time in UTC: `2026-05-04T03:02:01.000Z`.";
}
