//! Quoted-printable values of vCard 2.1 and vCalendar 1.0 (RFC 2045, 6.7), in the character set that they name:
//! `N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1;=E5=A4=AA`. Many phones still write them.

use super::syntax::{escaped, pieces};

/// Whether the parameters, in capitals, say so. Old programs omit `ENCODING=`.
pub(super) fn is_quoted_printable(parameters: &str) -> bool {
    parameters.split(';').any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or(("ENCODING", parameter));
        name.trim() == "ENCODING" && value.trim() == "QUOTED-PRINTABLE"
    })
}

/// The value as later versions write it: plain text, with backslashes before special characters. The semicolons
/// between the parts of a name or an address are never encoded.
pub(super) fn as_plain_value(value: &str, charset: Option<&str>) -> String {
    let part = |part: &str| {
        let decoded = in_charset(&decoded(part), charset).replace("\r\n", "\n");
        escaped(&decoded.replace("\\;", ";"), "\\;,").replace('\n', "\\n")
    };
    pieces(value, ';').map(part).collect::<Vec<_>>().join(";")
}

/// Invalid codes are taken literally.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let digit = |place: usize| others.get(place).and_then(|byte| char::from(*byte).to_digit(16));
        let code = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(16 * high + low).ok());
        match code.filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    bytes
}

/// Decodes bytes by the label of their character set; valid UTF-8 is taken as such, whatever the label says, because
/// some programs forget it.
fn in_charset(bytes: &[u8], charset: Option<&str>) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => labelled(bytes, charset.unwrap_or("ISO-8859-1")),
    }
}

#[cfg(not(target_family = "wasm"))]
fn labelled(bytes: &[u8], label: &str) -> String {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Browsers do not link the tables, and only need what we write ourselves: UTF-8.
#[cfg(target_family = "wasm")]
fn labelled(bytes: &[u8], _: &str) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::content_line::content_lines;
    use super::super::{Contact, Payload};

    fn value(line: &str) -> String {
        content_lines(line).remove(0).value
    }

    #[test]
    fn quoted_printable_is_decoded_in_its_character_set() {
        for (line, expected) in [
            ("NOTE;ENCODING=QUOTED-PRINTABLE:Caf=C3=A9", "Café"),
            ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1", "山"),
            ("note;quoted-printable;charset=shift_jis:=8E=52=93=63", "山田"),
            ("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=windows-1251:=CF=F0=E8", "При"),
            ("NOTE;ENCODING=QUOTED-PRINTABLE:M=FCller", "Müller"),
            ("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=no-such-set:M=FCller", "Müller"),
            ("NOTE;ENCODING=QUOTED-PRINTABLE:1 =3D 1, 100=25=", "1 = 1\\, 100%="),
            ("NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab", "a\\nb"),
            ("NOTE;ENCODING=QUOTED-PRINTABLE:=5Cn=3B=xy", "\\\\n\\;=xy"),
            ("N;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen\\; d. J.", "Müller;Jürgen\\; d. J."),
            ("NOTE:=C3=A9", "=C3=A9"),
        ] {
            assert_eq!(value(line), expected, "{line}");
        }
    }

    #[test]
    fn soft_line_breaks_continue_a_value() {
        let text = "NOTE;ENCODING=QUOTED-PRINTABLE:=E5=B1=\r\n=B1 a=\r\n b\r\nTEL:1=\r\n2\r\n";
        let values: Vec<String> = content_lines(text).into_iter().map(|line| line.value).collect();
        assert_eq!(values, ["山 a b", "1="]);
    }

    #[test]
    fn old_phones_vcards_are_read() {
        let card = "BEGIN:VCARD\r\nVERSION:2.1\r\n\
            N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=E7=94=B0;=E5=A4=AA=E9=83=8E;;;\r\n\
            TEL;CELL:090-1234-5678\r\n\
            ADR;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:;;1-2-3;=93=8C=8B=9E;;100-0001;=\r\n=93=FA=96=7B\r\n\
            NOTE;ENCODING=QUOTED-PRINTABLE:erste Zeile=0D=0Azweite Zeile\r\nEND:VCARD\r\n";
        let Some(Payload::Contact(Contact { given, family, address, note, .. })) = Payload::parse(card)
        else {
            panic!("it is a contact");
        };
        assert_eq!((&*family, &*given), ("山田", "太郎"));
        assert_eq!((&*address.city, &*address.country), ("東京", "日本"));
        assert_eq!(note, "erste Zeile\nzweite Zeile");
    }
}
