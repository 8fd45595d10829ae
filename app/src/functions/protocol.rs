//! The protocol of the server functions: a form or a query in, JSON out.

#[cfg(feature = "ssr")]
use domain::Parameters;
use domain::wire::FromJson;
use gloo_net::http::Method;
use send_wrapper::SendWrapper;
use server_fn::Protocol;
use server_fn::client::{Client, get_server_url};
use server_fn::request::Req;
use server_fn::response::TryRes;
use server_fn::server::Server;

use super::Refused;
use super::arguments::Arguments;
use crate::browser::http;

/// A function that changes something: its arguments are a form in the body.
pub struct PostForm;

/// A function that only reads: its arguments are the query.
pub struct GetQuery;

/// The result of a function: written by the host, read by the browser.
#[cfg(feature = "ssr")]
pub trait Answer: FromJson + serde::Serialize + Send + 'static {}
#[cfg(feature = "ssr")]
impl<T: FromJson + serde::Serialize + Send + 'static> Answer for T {}

/// The result of a function: written by the host, read by the browser.
#[cfg(not(feature = "ssr"))]
pub trait Answer: FromJson + Send + 'static {}
#[cfg(not(feature = "ssr"))]
impl<T: FromJson + Send + 'static> Answer for T {}

impl<I, O, C, S> Protocol<I, O, C, S, Refused> for PostForm
where
    I: Arguments,
    O: Answer,
    C: Client<Refused>,
    S: Server<Refused>,
{
    const METHOD: Method = Method::POST;

    async fn run_server<F, Fut>(request: S::Request, function: F) -> Result<S::Response, Refused>
    where
        F: Fn(I) -> Fut + Send,
        Fut: Future<Output = Result<O, Refused>> + Send,
    {
        let form = Req::<Refused>::try_into_string(request).await?;
        answer::<S::Response, O>(&function(arguments(&form, "The form")?).await?)
    }

    fn run_client(path: &str, input: I) -> impl Future<Output = Result<O, Refused>> + Send {
        let (target, form) = input.send();
        let address = format!("{}{}", get_server_url(), target.fill(path));
        SendWrapper::new(async move { http::post(&address, form).await.map_err(Refused) })
    }
}

impl<I, O, C, S> Protocol<I, O, C, S, Refused> for GetQuery
where
    I: Arguments,
    O: Answer,
    C: Client<Refused>,
    S: Server<Refused>,
{
    const METHOD: Method = Method::GET;

    async fn run_server<F, Fut>(request: S::Request, function: F) -> Result<S::Response, Refused>
    where
        F: Fn(I) -> Fut + Send,
        Fut: Future<Output = Result<O, Refused>> + Send,
    {
        let query = Req::<Refused>::as_query(&request).unwrap_or_default().to_owned();
        answer::<S::Response, O>(&function(arguments(&query, "The address")?).await?)
    }

    fn run_client(path: &str, input: I) -> impl Future<Output = Result<O, Refused>> + Send {
        let (target, query) = input.send();
        let address = format!("{}{}?{query}", get_server_url(), target.fill(path));
        SendWrapper::new(async move { http::get(&address).await.map_err(Refused) })
    }
}

/// The arguments from a form or a query, and from the path, which `provide` has put into the context.
#[cfg(feature = "ssr")]
fn arguments<I: Arguments>(encoded: &str, what: &str) -> Result<I, Refused> {
    let verbs = super::verbs::verbs();
    let target = leptos::prelude::use_context().expect("`provide` puts it there");
    let parameters =
        Parameters::parse(encoded.as_bytes()).map_err(|error| verbs.refuse(format!("{what} is {error}.")))?;
    Ok(I::receive(target, parameters))
}

/// The result as a response.
#[cfg(feature = "ssr")]
fn answer<R: TryRes<Refused>, O: Answer>(output: &O) -> Result<R, Refused> {
    let json = serde_json::to_string(output).expect("our own types become JSON");
    R::try_from_string("application/json", json)
}

#[cfg(not(feature = "ssr"))]
fn arguments<I: Arguments>(_: &str, _: &str) -> Result<I, Refused> {
    unreachable!("a browser serves no functions")
}

#[cfg(not(feature = "ssr"))]
fn answer<R: TryRes<Refused>, O: Answer>(_: &O) -> Result<R, Refused> {
    unreachable!("a browser serves no functions")
}
