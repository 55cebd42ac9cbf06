"""The parts of Correios' reply that we read. Every field may be missing or null."""

import msgspec

from aftercart.connectors.reading import Text


class Address(msgspec.Struct):
    cidade: Text | None = None
    uf: Text | None = None
    cep: Text | None = None
    sigla_pais: Text | None = msgspec.field(default=None, name="siglaPais")


class Unit(msgspec.Struct):
    nome: Text | None = None
    tipo: Text | None = None
    endereco: Address | None = None


class Event(msgspec.Struct):
    codigo: Text | None = None
    tipo: Text | None = None
    dt_hr_criado: Text | None = msgspec.field(default=None, name="dtHrCriado")
    descricao: Text | None = None
    detalhe: Text | None = None
    unidade: Unit | None = None


class PostalKind(msgspec.Struct):
    descricao: Text | None = None
    categoria: Text | None = None


class Item(msgspec.Struct):
    cod_objeto: Text | None = msgspec.field(default=None, name="codObjeto")
    mensagem: Text | None = None
    dt_prevista: Text | None = msgspec.field(default=None, name="dtPrevista")
    tipo_postal: PostalKind | None = msgspec.field(default=None, name="tipoPostal")
    eventos: list[Event] | None = None


class Body(msgspec.Struct):
    objetos: list[Item] | None = None
    mensagem: Text | None = None
    msgs: list[Text] | None = None
