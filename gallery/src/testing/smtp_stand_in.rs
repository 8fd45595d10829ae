//! A mail server inside the test program (RFC 5321, without encryption), which takes mail, and fails as a test says.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Where in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Greeting,
    Login,
    Recipient,
    /// The whole mail has arrived.
    End,
}

/// What happens there.
#[derive(Debug, Clone)]
pub(crate) enum MailFault {
    /// This line instead of agreement; what has arrived is not taken.
    Reply(String),
    /// No answer ever comes; what has arrived is taken.
    Silence,
    /// The connection is cut; what has arrived is taken.
    Cut,
}

#[derive(Default)]
struct State {
    fault: Option<(At, MailFault)>,
    mails: Vec<String>,
    logins: Vec<String>,
}

impl State {
    /// What happens at this point, once.
    fn fault(&mut self, at: At) -> Option<MailFault> {
        self.fault.take_if(|(there, _)| *there == at).map(|(_, fault)| fault)
    }
}

pub(crate) struct SmtpStandIn {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

impl SmtpStandIn {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<Mutex<State>>::default();
        let server = tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { port, state, server }
    }

    /// The next conversation that gets there ends so.
    pub(crate) fn fail_at(&self, at: At, fault: MailFault) {
        self.state.lock().unwrap().fault = Some((at, fault));
    }

    /// The mails that arrived: their headers and texts.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.state.lock().unwrap().mails.clone()
    }

    /// What was said to log in.
    pub(crate) fn logins(&self) -> Vec<String> {
        self.state.lock().unwrap().logins.clone()
    }
}

impl SmtpStandIn {
    /// Ends; afterwards nobody listens there.
    pub(crate) async fn stop(mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }
}

impl Drop for SmtpStandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        conversations.spawn(converse(stream, Arc::clone(&state)));
    }
}

/// Ends when the client leaves, or a fault says so.
async fn converse(stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    agree(&mut stream, &state, At::Greeting, "220 stand-in ESMTP").await?;
    loop {
        let line = line(&mut stream).await?;
        match line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => say(&mut stream, "250-stand-in\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN").await?,
            "AUTH" => {
                state.lock().unwrap().logins.push(line);
                agree(&mut stream, &state, At::Login, "235 2.7.0 welcome").await?;
            }
            "RCPT" => agree(&mut stream, &state, At::Recipient, "250 2.1.5 known").await?,
            "DATA" => {
                say(&mut stream, "354 go ahead").await?;
                take_mail(&mut stream, &state).await?;
            }
            "QUIT" => {
                say(&mut stream, "221 2.0.0 bye").await?;
                return Some(());
            }
            _ => say(&mut stream, "250 2.0.0 ok").await?,
        }
    }
}

async fn take_mail(stream: &mut BufReader<TcpStream>, state: &Mutex<State>) -> Option<()> {
    let mut mail = String::new();
    loop {
        let line = line(stream).await?;
        if line == "." {
            break;
        }
        // RFC 5321, 4.5.2.
        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
        mail.push('\n');
    }
    let is_taken = {
        let state = &mut *state.lock().unwrap();
        let is_taken = !matches!(state.fault, Some((At::End, MailFault::Reply(_))));
        if is_taken {
            state.mails.push(mail);
        }
        is_taken
    };
    agree(stream, state, At::End, if is_taken { "250 2.0.0 Ok: queued as 4XyZ" } else { "" }).await
}

/// Says this, unless something is to happen at this point.
async fn agree(stream: &mut BufReader<TcpStream>, state: &Mutex<State>, at: At, words: &str) -> Option<()> {
    let fault = state.lock().unwrap().fault(at);
    match fault {
        None => say(stream, words).await,
        Some(MailFault::Reply(words)) => say(stream, &words).await,
        Some(MailFault::Silence) => std::future::pending().await,
        Some(MailFault::Cut) => None,
    }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> Option<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await.ok()
}

/// The next line without its end; `None` at the end of the stream.
async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}
