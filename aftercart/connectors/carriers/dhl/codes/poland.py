"""DHL Parcel in Poland (`parcel-pl`): letters."""

from aftercart.connectors.carriers.tables import table

EVENT = table(
    ("info_received", "", "EDWP"),
    ("picked_up", "", "DWP SP_DWP SP_PU"),
    ("in_transit", "", "BCZ KWC LIK LP LW LW_PL POW PSHOP SAS SORT SP_ATDSP SP_DW TRM TRM_X TRM2"),
    ("in_transit", "", "AWI_SPCAP EDC EXC WEJPL WER WYJPL ZA ZAIT ZID ZMA ZOS ZWW_KRYZ ZWW_NSP"),
    ("in_transit", "carrier_delay", "SP_CAP"),
    ("in_transit", "customs_clearance", "EDB EXA SEC"),
    ("in_transit", "rescheduled", "PNPT PO18 SOB"),
    ("out_for_delivery", "", "LK"),
    ("available_for_pickup", "", "DOR_POC DOR_SP OWL OWL_KP OWL_ONO OWL_PS_KP OWL_PS_ONO"),
    ("available_for_pickup", "", "OWL_SP_KP OWL_SP_ONO SP_DSP SP_KP SP_PA"),
    ("attempt_failed", "", "AWI_NSP AWI_OZ AWI_ROD ZWW"),
    ("attempt_failed", "held_for_payment", "BRG_SAS"),
    ("attempt_failed", "recipient_not_home", "AWI AWI_DP2 AWI_ONU AWI_SAS"),
    ("attempt_failed", "refused", "OP OP_BWER OP_COD OP_DUB OP_OTH OP_PLA OP_PNK OP_REZ OP_ROD"),
    ("attempt_failed", "refused", "OP_SAS OP_TNZ OP_UMO OP_USK OP_USP"),
    ("delivered", "", "DOR DOR_LOK DOR_OTH DOR_RDZ"),
    ("delivered", "collected_by_customer", "DOR_OWL PPDOR SP_DOR"),
    ("delivered", "delivered_to_neighbour", "DOR_SAS"),
    ("exception", "", "CC PNK SP_ZAM"),
    ("exception", "address_problem", "AN AN_BO AN_RA AN_SAS"),
    ("exception", "held_for_payment", "BRG"),
    ("returning", "", "AWI_CZAS OP_DO OP_DOK ZWN ZWR ZWR_OP ZWR_WER"),
    ("returning", "address_problem", "ZWR_AN"),
    ("returning", "refused", "REZ SP_OP SP_ZWR"),
    ("returning", "unclaimed", "SP_KZW SP_TO ZWR_ZB ZWR_ZT"),
    ("cancelled", "", "SP_CN"),
)
