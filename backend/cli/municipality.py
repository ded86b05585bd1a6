"""./sem municipality: create and list municipalities."""

from typing import Annotated

import typer
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)


@app.callback()
def municipality() -> None:
    """Create and list municipalities."""


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Short name: schema, commands and files.")],
    name: Annotated[str, typer.Option(help="Name of the commune.")],
    commune_code: Annotated[str, typer.Option(help="Código Único Territorial, five digits.")],
    host: Annotated[str, typer.Option(help="Host name of the platform for it.")],
    tax_rut: Annotated[str, typer.Option(help="The municipality's own RUT, for comprobantes.")] = "",
    page_origin: Annotated[list[str] | None, typer.Option(help="Origin whose pages may embed the widget.")] = None,
    theme: Annotated[str | None, typer.Option(help="Preset of theming/presets to begin with.")] = None,
    tgr_form: Annotated[int | None, typer.Option(help="Form number of its agreement with TGR.")] = None,
    webpay_commerce: Annotated[int | None, typer.Option(help="Commerce code of its agreement with Webpay.")] = None,
    service: Annotated[list[str] | None, typer.Option(help="Services to switch on.")] = None,
) -> None:
    """Create a municipality, or finish and correct one whose creation was interrupted."""
    application.enter(owner=True)
    from backend.audit.actors import terminal
    from backend.profile import operations as profile
    from backend.profile.queries import current_version
    from backend.profile.themes import choose_theme
    from backend.shared.errors import DomainError
    from backend.tenants.operations import create_municipality
    from theming.tokens import preset_logo, preset_tokens

    try:
        create_municipality(slug=slug, name=name, commune_code=commune_code, host=host, tax_rut=tax_rut)
        with application.municipality(slug):
            for origin in page_origin or []:
                profile.register_page_origin(origin=origin)
            for code in service or ["circulation_permit"]:
                profile.enable_service(service=code)
            if theme and current_version() is None:
                choose_theme(tokens=preset_tokens(theme), logo=preset_logo(theme), actor=terminal())
            if tgr_form:
                profile.agree_with_gateway(gateway="tgr", form_number=tgr_form)
            if webpay_commerce:
                profile.agree_with_gateway(gateway="webpay", form_number=webpay_commerce)
    except DomainError as error:
        raise Problem(error.message.es, error.message.en) from error
    except KeyError as error:
        raise Problem(f"There is no preset {error}.", "ls theming/presets shows those that exist.") from error
    out.print(f"[green]✓[/] {name} ({slug})")


@app.command()
def enable(
    slug: Annotated[str, typer.Argument(help="Slug of the municipality.")],
    services: Annotated[list[str], typer.Argument(help="Codes of services.")],
) -> None:
    """Switch services on."""
    application.enter()
    from backend.profile import operations as profile
    from backend.services import get_service
    from backend.shared.errors import DomainError

    with application.municipality(slug):
        try:
            for code in services:
                profile.enable_service(service=get_service(code).code)
        except DomainError as error:
            raise Problem(error.message.es, error.message.en) from error
    out.print(f"[green]✓[/] {slug}: {', '.join(services)}")


@app.command()
def gateway(
    slug: Annotated[str, typer.Argument(help="Slug of the municipality.")],
    code: Annotated[str, typer.Argument(help="tgr or webpay.")],
    number: Annotated[int | None, typer.Option(help="The gateway's number for the agreement.")] = None,
) -> None:
    """Collect by a gateway from the next order on; orders already sent stay with theirs."""
    application.enter()
    from backend.billing.gateways import gateways
    from backend.profile import operations as profile
    from backend.shared.errors import DomainError

    if code not in gateways():
        raise Problem(f"There is no gateway '{code}'.", f"Known: {', '.join(sorted(gateways()))}.")
    with application.municipality(slug):
        try:
            if number is not None:
                profile.agree_with_gateway(gateway=code, form_number=number)
            profile.choose_gateway(gateway=code)
        except DomainError as error:
            raise Problem(error.message.es, error.message.en) from error
    out.print(f"[green]✓[/] {slug}: {gateways()[code].name.es}")


@app.command(name="list")
def list_municipalities() -> None:
    """List municipalities with their hosts."""
    application.enter()
    from backend.tenants.models import Domain

    table = Table("Slug", "Name", "Commune", "Host", "State", box=None)
    for domain in Domain.objects.select_related("tenant").order_by("tenant__id", "id"):
        town = domain.tenant
        table.add_row(town.schema_name, town.name, town.commune_code, domain.domain, town.state)
    out.print(table)
