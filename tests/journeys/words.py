"""What the widget says, in the two languages that it speaks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Spanish unless another column is asked for."""

    plate: str = "Patente del vehículo"
    rut: str = "RUT del propietario"
    look_up: str = "Consultar"
    owed: str = "Lo que debe pagar"
    single: str = "Pago total"
    first: str = "Primera cuota"
    second: str = "Segunda cuota"
    how_calculated: str = "Cómo se calcula"
    requirements: tuple[str, ...] = (
        "Seguro obligatorio (SOAP)",
        "Revisión técnica y de gases",
        "Multas de tránsito no pagadas",
    )
    in_order: str = "En orden"
    not_met: str = "No cumple"
    no_answer: str = "Sin respuesta"
    ask_again: str = "Revisar de nuevo"
    email: str = "Correo electrónico"
    pay: str = "Pagar $"
    paid: str = "Pago recibido"
    by_mail: str = "También le enviamos el documento por correo."
    waiting: str = "Esperando la confirmación del pago"
    left: str = "¿Salió sin pagar?"
    rejected: str = "El pago fue rechazado"
    unknown: str = "No encontramos este pago"
    unfinished: str = "Pago sin terminar"
    go_on: str = "Continuar el pago"
    start_again: str = "Empezar de nuevo"
    document: str = "Permiso de circulación 2025"  # the document itself is Spanish


SPANISH = Words()
ENGLISH = Words(
    plate="Vehicle plate",
    rut="Owner's RUT",
    look_up="Look up",
    owed="What you have to pay",
    single="Single payment",
    first="First instalment",
    second="Second instalment",
    how_calculated="How it is calculated",
    requirements=("Compulsory insurance (SOAP)", "Technical and gas inspection", "Unpaid traffic fines"),
    in_order="In order",
    not_met="Not met",
    no_answer="No answer",
    ask_again="Check again",
    email="E-mail address",
    pay="Pay $",
    paid="Payment received",
    by_mail="We have also sent the document by e-mail.",
    waiting="Waiting for the payment to be confirmed",
    left="Did you leave without paying?",
    rejected="The payment was rejected",
    unknown="We could not find this payment",
    unfinished="Unfinished payment",
    go_on="Continue the payment",
    start_again="Start again",
)
