//! The JSON of an entry's content, in storage, exports and events: one object for every kind of body. `value` is the
//! first of `values`, which is written only if there are several: this is the form from before a file could hold more
//! than one code, so older data is read unchanged.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    Appearance, Body, Content, Key, Kind, Label, LabelSource, Name, Photo, Sha256, SymbolFacts, Timestamp,
};

#[derive(Serialize)]
struct Written<'a> {
    key: &'a Key,
    kind: Kind,
    name: &'a Name,
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<&'a [String]>,
    style: Option<&'a Appearance>,
    symbol: Option<SymbolFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<&'a Photo>,
    size_bytes: u64,
    sha256: Option<Sha256>,
    etag: &'a str,
    created_at: Timestamp,
    labels: Vec<&'a Label>,
}

#[derive(Deserialize)]
struct Read {
    key: Key,
    kind: Kind,
    name: Name,
    value: Option<String>,
    #[serde(default)]
    values: Vec<String>,
    style: Option<Appearance>,
    symbol: Option<SymbolFacts>,
    photo: Option<Box<Photo>>,
    size_bytes: u64,
    sha256: Option<Sha256>,
    etag: String,
    created_at: Timestamp,
    #[serde(default)]
    labels: Vec<Label>,
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { key, name, body, size_bytes, sha256, etag, created_at, labels: _ } = self;
        let written = Written {
            key,
            kind: body.kind(),
            name,
            value: self.value(),
            values: Some(body.values()).filter(|values| values.len() > 1),
            style: body.style(),
            symbol: body.symbol(),
            photo: body.photo(),
            size_bytes: *size_bytes,
            sha256: *sha256,
            etag,
            created_at: *created_at,
            labels: self.all_labels().collect(),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        let values = values(read.value, read.values).map_err(serde::de::Error::custom)?;
        let is_persons = |label: &Label| label.source == LabelSource::Person;
        let (labels, found) = read.labels.into_iter().partition(is_persons);
        Ok(Self {
            key: read.key,
            name: read.name,
            body: body(read.kind, values, (read.style, read.symbol), read.photo)
                .and_then(|body| with_labels(body, found))
                .map_err(serde::de::Error::custom)?,
            size_bytes: read.size_bytes,
            sha256: read.sha256,
            etag: read.etag,
            created_at: read.created_at,
            labels,
        })
    }
}

fn values(value: Option<String>, values: Vec<String>) -> Result<Vec<String>, &'static str> {
    match value {
        Some(value) if values.is_empty() => Ok(vec![value]),
        value if value.as_ref() == values.first() => Ok(values),
        _ => Err("the value is not the first of the values"),
    }
}

fn body(
    kind: Kind,
    values: Vec<String>,
    (style, symbol): (Option<Appearance>, Option<SymbolFacts>),
    photo: Option<Box<Photo>>,
) -> Result<Body, &'static str> {
    match kind {
        Kind::Code | Kind::File if photo.is_some() => Err("only a photo has the facts of one"),
        Kind::Code => {
            let [value] = <[String; 1]>::try_from(values).map_err(|_| "a code has exactly one value")?;
            Ok(Body::Code { value, style: style.unwrap_or_default(), symbol })
        }
        Kind::Photo | Kind::File if style.is_some() || symbol.is_some() => {
            Err("only a code has a style and a symbol")
        }
        Kind::Photo => Ok(Body::Photo { values, photo: photo.ok_or("a photo has the facts of one")? }),
        Kind::File => Ok(Body::File { values }),
    }
}

/// What a labeller found belongs to the photo.
fn with_labels(mut body: Body, found: Vec<Label>) -> Result<Body, &'static str> {
    match &mut body {
        Body::Photo { photo, .. } => photo.labels = found,
        Body::Code { .. } | Body::File { .. } if !found.is_empty() => {
            return Err("only a photo has labels of a labeller");
        }
        Body::Code { .. } | Body::File { .. } => {}
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{DifferenceHash, Entry, Level, Media, Placeholder, Recipe, StageError, State, Step};

    fn content(body: Body) -> Content {
        Content {
            key: "main/a.png".parse().unwrap(),
            name: "A".parse().unwrap(),
            body,
            size_bytes: 200,
            sha256: Some(Sha256([0xab; 32])),
            etag: "x".to_owned(),
            created_at: Timestamp::from_unix_ms(1000),
            labels: Vec::new(),
        }
    }

    fn code() -> Content {
        let symbol = Some(SymbolFacts { version: 1, mask: 3 });
        content(Body::Code { value: "a".to_owned(), style: Level::Q.into(), symbol })
    }

    #[test]
    fn code_is_written_in_the_original_form() {
        let state = State::Removed { at: Timestamp::from_unix_ms(0) };
        let entry = Entry { id: 12, revision: 14, state, content: code() };
        let json = serde_json::to_string(&entry).unwrap();
        assert_eq!(
            json,
            format!(
                r#"{{"id":12,"revision":14,"state":{{"removed":{{"at":"1970-01-01T00:00:00.000Z"}}}},"key":"main/a.png","kind":"code","name":"A","value":"a","style":{{"level":"Q"}},"symbol":{{"version":1,"mask":3}},"size_bytes":200,"sha256":"{}","etag":"x","created_at":"1970-01-01T00:00:01.000Z","labels":[]}}"#,
                "ab".repeat(32)
            )
        );
        assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
    }

    #[test]
    fn every_body_round_trips() {
        let values =
            |texts: &[&str]| Body::File { values: texts.iter().map(|text| (*text).to_owned()).collect() };
        for (body, value, all) in [
            (values(&[]), json!(null), json!(null)),
            (values(&["a"]), json!("a"), json!(null)),
            (values(&["b", "a"]), json!("b"), json!(["b", "a"])),
            (Body::photo_with(None, photo()), json!(null), json!(null)),
            (Body::photo_with(["a", "b"].map(str::to_owned), photo()), json!("a"), json!(["a", "b"])),
        ] {
            let content = Content { labels: Label::parse_list("menu").unwrap(), ..content(body) };
            let json = serde_json::to_value(&content).unwrap();
            assert_eq!((&json["value"], json.get("values").unwrap_or(&Value::Null)), (&value, &all));
            assert_eq!(json["labels"], json!([{ "name": "menu", "source": "person" }]));
            assert_eq!(serde_json::from_value::<Content>(json).unwrap(), content);
        }
    }

    fn photo() -> Photo {
        let at = Timestamp::from_unix_ms(1000);
        let mut photo = Photo::new(Media::Jpeg, Recipe::Rotate90, at);
        photo.begin(at);
        photo.finish(Step::Thumbnail, Media::Jpeg, at);
        photo.fail(StageError::TooLarge, at);
        Photo {
            width: Some(4032),
            height: Some(3024),
            taken_at: "2026-11-21T14:03:00".parse().ok(),
            camera: Some("Apple iPhone 15".to_owned()),
            placeholder: Placeholder::new(&[1, 2, 3]),
            hash: Some(DifferenceHash(u64::MAX)),
            ..photo
        }
    }

    #[test]
    fn photo_is_written_in_a_form_that_is_kept() {
        let json = serde_json::to_value(content(Body::photo_with(None, photo()))).unwrap();
        let at = "1970-01-01T00:00:01.000Z";
        let failed =
            |step| json!({ "step": step, "state": "failed", "attempts": 1, "reason": "too_large", "at": at });
        let not_begun = json!({ "step": "labels", "state": "failed", "reason": "too_large", "at": at });
        let done = json!({ "step": "thumbnail", "state": "done", "attempts": 1, "at": at, "media": "jpeg" });
        let expected = json!({
            "media": "jpeg", "width": 4032, "height": 3024, "taken_at": "2026-11-21T14:03:00",
            "camera": "Apple iPhone 15", "placeholder": "010203", "hash": "f".repeat(16),
            "recipe": "rotate-90",
            "stages": [done, failed("view"), failed("result"), not_begun],
        });
        assert_eq!((&json["kind"], &json["photo"]), (&json!("photo"), &expected));
        let new =
            serde_json::to_value(Photo::new(Media::Webp, Recipe::Nothing, Timestamp::from_unix_ms(1000)));
        let waiting = |step| json!({ "step": step, "state": "waiting", "at": at });
        let stages = [waiting("thumbnail"), waiting("view"), waiting("labels")];
        assert_eq!(new.unwrap(), json!({ "media": "webp", "recipe": "none", "stages": stages }));
    }

    #[test]
    fn labels_of_both_kinds_are_one_list() {
        let mut photo = photo();
        let at = Timestamp::from_unix_ms(2000);
        photo.relabel(at);
        photo.removed_labels = vec!["dog".parse().unwrap()];
        let found = vec![Label::of_labeller("cat".parse().unwrap(), 0.936, "test/1")];
        photo.finish_labels("test/1", found, &[], at);
        let labels = Label::parse_list("garden").unwrap();
        let content = Content { labels, ..content(Body::photo_with(None, photo)) };
        let json = serde_json::to_value(&content).unwrap();
        let cat = json!({ "name": "cat", "source": "labeller", "confidence": 94, "model": "test/1" });
        assert_eq!(json["labels"], json!([{ "name": "garden", "source": "person" }, cat]));
        assert_eq!(json["photo"]["labelled_by"], "test/1");
        assert_eq!(json["photo"]["removed_labels"], json!(["dog"]));
        assert_eq!(serde_json::from_value::<Content>(json).unwrap(), content);
        assert_eq!(content.check(), Ok(()));
        let mut code = serde_json::to_value(code()).unwrap();
        code["labels"] = json!([cat]);
        let refused = serde_json::from_value::<Content>(code).unwrap_err().to_string();
        assert!(refused.contains("only a photo"), "{refused}");
    }

    #[test]
    fn photo_of_an_older_version_is_read() {
        let at = "1970-01-01T00:00:01.000Z";
        let done = |step| json!({ "step": step, "state": "done", "at": at, "media": "jpeg" });
        let mut json = serde_json::to_value(content(Body::photo_with(None, photo()))).unwrap();
        json["photo"] =
            json!({ "media": "jpeg", "recipe": "none", "stages": [done("thumbnail"), done("view")] });
        let read = serde_json::from_value::<Content>(json).unwrap();
        let photo = read.photo().unwrap();
        assert!(!photo.is_labelled() && !photo.is_unfinished() && read.check().is_ok());
    }

    #[test]
    fn client_form_is_read_too() {
        let mut with_values = serde_json::to_value(code()).unwrap();
        with_values["values"] = json!(["a"]);
        assert_eq!(serde_json::from_value::<Content>(with_values).unwrap(), code());
    }

    #[test]
    fn contradictory_body_is_refused() {
        for (field, value, why) in [
            ("value", json!(null), "exactly one value"),
            ("values", json!(["a", "b"]), "exactly one value"),
            ("values", json!(["b"]), "not the first"),
            ("kind", json!("file"), "only a code"),
            ("kind", json!("photo"), "only a code"),
            ("kind", json!("sound"), "unknown variant"),
            ("photo", json!({ "media": "png", "recipe": "flip", "stages": [] }), "only a photo"),
        ] {
            let mut json = serde_json::to_value(code()).unwrap();
            json[field] = value;
            let error = serde_json::from_value::<Content>(json).unwrap_err().to_string();
            assert!(error.contains(why), "{field}: {error}");
        }
    }
}
