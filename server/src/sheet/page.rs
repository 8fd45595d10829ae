//! The page that prints labels: its form posts to itself to show the first page, and for the PDF. The format that was chosen
//! last is kept in a cookie.

use std::sync::Arc;

use app::label_sheet::{SheetFacts, SheetPage};
use app::model::Page;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::Parameters;
use gallery::{Grant, LabelSheet, Read, SheetPlan};

use super::chosen::{as_parameters, of_form};
use super::formats::{groups, large_enough};
use super::options::{filled_in, grid_of, kept, options};
use super::pdf::{check_count, pdf};
use crate::forms::see_other;
use crate::grants::InSpace;
use crate::html::html;
use crate::inputs::{Form, Query};
use crate::preferences::{self, Preferred};
use crate::problem::Problem;
use crate::site::Site;

const TITLE: &str = "The first page of labels";

/// `GET /s/{space}/sheet?id=…`: the page for what the address names. Without that it leads back.
pub(crate) async fn open(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    preferred: Preferred,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    if as_parameters(&query).is_empty() {
        return Ok(see_other(site.addresses(grant.space()).space_page()));
    }
    page(&site, &grant, preferred, &headers, &query).await
}

/// `POST /s/{space}/sheet`: the same for what a form names.
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    preferred: Preferred,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    page(&site, &grant, preferred, &headers, &form).await
}

/// `POST /s/{space}/sheet/pdf`: the sheet. Where it cannot be made, the page says why.
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Problem> {
    let page = blank(&grant, &headers, &form);
    let cookie = preferences::keep_sheet(&site.shell.base, &kept(&page.fields));
    let made = async {
        let sheet = options(&page.fields)?;
        let chosen = of_form(&site, &grant, &form).await?;
        pdf(Arc::clone(&site), grant, chosen.ids, sheet).await
    };
    match made.await {
        Ok(mut response) => {
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) if page.chosen.is_empty() => Err(problem),
        Err(problem) => Err(problem.on(Page::Sheet(Box::new(page)))),
    }
}

async fn page(
    site: &Site,
    grant: &Grant<Read>,
    Preferred(preferences): Preferred,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<Response, Problem> {
    let page = blank(grant, headers, form);
    let chosen = match of_form(site, grant, form).await {
        Ok(chosen) => chosen,
        Err(problem) if page.chosen.is_empty() || problem.status == StatusCode::BAD_REQUEST => {
            return Err(problem);
        }
        Err(problem) => return Err(problem.on(Page::Sheet(Box::new(page)))),
    };
    let sheet = options(&page.fields).and_then(|sheet| {
        check_count(chosen.ids.len(), &sheet)?;
        Ok(sheet)
    });
    let sheet = match sheet {
        Ok(sheet) => sheet,
        Err(problem) => return Err(problem.on(Page::Sheet(Box::new(page)))),
    };
    let plan = site.gallery.plan_sheet(grant, &chosen.ids, &sheet).await?;
    let addresses = site.addresses(grant.space());
    let picture =
        site.gallery.sheet_picture(grant, &plan.printed, &sheet, TITLE, |id| addresses.kept_logo(id));
    let picture = Some(picture.await?);
    let cookie = preferences::keep_sheet(&site.shell.base, &kept(&page.fields));
    let facts = Some(facts(&page.fields, &plan, &sheet, chosen.not_codes));
    let page = SheetPage { facts, picture, ..page };
    let mut response = html(StatusCode::OK, site.draw(Page::Sheet(Box::new(page)), preferences));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The page with its form filled in.
fn blank(grant: &Grant<Read>, headers: &HeaderMap, form: &Parameters) -> SheetPage {
    // A cookie may be of another version of the program.
    let last = preferences::last_sheet(headers).filter(|last| options(last).is_ok());
    SheetPage {
        space: grant.space().clone(),
        chosen: as_parameters(form),
        fields: filled_in(form, last.as_ref()),
        formats: groups(),
        facts: None,
        picture: None,
        failure: None,
    }
}

fn facts(fields: &Parameters, plan: &SheetPlan, sheet: &LabelSheet, not_codes: u64) -> SheetFacts {
    let codes = plan.printed.len() as u64;
    let (labels, pages) = sheet.labels_and_pages(codes);
    let large_enough = grid_of(fields).and_then(|grid| large_enough(grid.paper, plan.needed_um));
    SheetFacts {
        codes,
        labels,
        pages,
        not_codes: plan.not_codes + not_codes,
        gone: plan.gone,
        too_small: plan.too_small,
        needed_mm: (plan.needed_um.0.div_ceil(1000), plan.needed_um.1.div_ceil(1000)),
        large_enough,
        without_words: plan.without_words,
        with_unknown: plan.with_unknown,
        unknown: plan.unknown.clone(),
    }
}
