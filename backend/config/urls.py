"""Every address of the platform. The host says whose it is (backend.tenants.middleware)."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from backend.billing.callbacks import gateway_notice, gateway_return
from backend.profile import views as profile
from backend.receipts import retrieval_views, verification_views
from backend.receipts import views as receipts
from backend.schema.explorer import views as explorer
from backend.schema.public.view import public_view
from backend.schema.staff import day_files, homeless_files, roll_files
from backend.schema.staff.view import csrf_view, staff_view


def healthz(request: HttpRequest) -> HttpResponse:
    """Tell that this process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns: list[URLPattern] = [
    path("graphql/public", public_view),
    path("graphql/staff", staff_view),
    path("staff/csrf", csrf_view),
    path("staff/explorer", explorer.page),
    path("staff/explorer/<str:name>", explorer.asset),
    path("staff/rolls/<str:node>/file", roll_files.roll_file),
    path("staff/rolls/<str:node>/corrections", roll_files.roll_corrections),
    path("staff/roll-templates/<str:service>.<str:kind>", roll_files.roll_template_file),
    path("staff/homeless.<str:kind>", homeless_files.homeless_table),
    path("staff/collections/<str:node>/file", day_files.collection_file),
    path("staff/deposits/<str:node>/file", day_files.deposit_file),
    path("staff/rendition.<str:kind>", day_files.rendition),
    path("state/<str:token>", receipts.order_state),
    path("d/<str:signed>", receipts.document_file),
    path("documentos", retrieval_views.ask_again),
    path("documentos/<str:token>", retrieval_views.documents),
    path("documentos/<str:token>/<str:folio>.pdf", retrieval_views.document),
    path("v/<str:folio>/<str:code>", verification_views.verification),
    path("verificar", verification_views.verification_page),
    path("verificar/manifiestos/<str:day>.<str:kind>", verification_views.manifest_file),
    path("callbacks/<str:gateway>", gateway_notice),
    path("return/<str:signed>", gateway_return),
    path("pagar", profile.pay),
    path("theme.css", profile.theme_css),
    path("logo.png", profile.logo),
    path("favicon.ico", profile.logo),
    path("widget/<str:name>", profile.widget_script),
    path("healthz", healthz),
]
