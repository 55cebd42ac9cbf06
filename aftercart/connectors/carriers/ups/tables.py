"""What UPS's activity codes mean, table by table; `codes` decides between the tables.

Source: the appendix of UPS's Track API (developer.ups.com, "Appendix": Package Exceptions, Delivery
Codes, Movement Scans, Manifest Codes), read text by text; what a text leaves open is not listed and
stays unknown. UPS prints codes of digits without their leading zero, and so do these tables.
"""

import msgspec

from aftercart.connectors.carriers import tables
from aftercart.connectors.carriers.tables import Meaning
from aftercart.delivery.shipments.facts import Reason, ShipmentStatus


class Table(msgspec.Struct, frozen=True):
    """Codes with their meaning, and those that say nothing of where the parcel is: claims, photos,
    labels, requests that were called off."""

    known: dict[str, Meaning]
    silent: frozenset[str]


def table(*rows: tuple[ShipmentStatus, Reason, str], silent: str = "") -> Table:
    """A table from rows of status, reason and the codes of that meaning."""
    return Table(tables.table(*rows), frozenset(silent.split()))


MANIFEST = table(("info_received", "", "DP MP RD"), ("cancelled", "", "VP"))

MOVEMENT = table(
    ("info_received", "", "OC PL SP"),
    # The pickup was scanned in error: the shipper still has it, and nothing is called off.
    ("info_received", "awaiting_carrier", "VP"),
    ("picked_up", "", "OR PC PT PU XD"),
    ("in_transit", "", "AG AR AT CA CD CL DL DP DS EP HU IP LC LM UA UD UL WH"),
    # Loaded, at times on a Saturday for Monday.
    ("in_transit", "", "OD YP"),
    # On the way to the Postal Service, and in its hands.
    ("in_transit", "", "XA XR YH YM YN"),
    ("out_for_delivery", "", "OF OT YF YI"),
)

DELIVERY = table(
    ("in_transit", "", "12 1Z 2C 2D 2J 4X 83 85 86 A0 AU BN EC EQ EZ F0 F1 F3 F7 YH"),
    ("in_transit", "rescheduled", "38 7A GW"),
    ("in_transit", "carrier_delay", "0 9 32 41 42 44 CB EF EK EL EM"),
    ("in_transit", "customs_clearance", "70 B2 DK L4 RQ"),
    ("in_transit", "address_problem", "EG FB"),
    ("picked_up", "", "VS"),
    ("out_for_delivery", "", "2K 7K"),
    ("available_for_pickup", "", "1N 2Q EP ZI ZQ"),
    ("attempt_failed", "", "DO FZ KU"),
    ("attempt_failed", "address_problem", "50 BO CU DZ"),
    ("attempt_failed", "business_closed", "BI FO"),
    ("attempt_failed", "held_for_payment", "DI"),
    ("attempt_failed", "recipient_not_home", "CI"),
    ("exception", "", "74 98 BM LM"),
    ("exception", "address_problem", "BS FC MV"),
    ("exception", "carrier_delay", "57 EA EI"),
    ("exception", "customs_hold", "ST"),
    ("exception", "customs_information_needed", "ET SG"),
    ("exception", "damaged", "28 GK"),
    ("exception", "refused", "53"),
    ("exception", "regulatory", "61 62 BL RN"),
    ("exception", "unclaimed", "5F"),
    ("exception", "weather", "CR EJ"),
    # FS and KM are in no table, yet UPS's own examples deliver with them.
    ("delivered", "",
     ("FS F4 FV KM OO UC YC ZE 3F 3G 8O 9E AI M1 M2 M3 M4 M5 M6 M7 M8 M9 MA MB MC MD ME MG MH MJ "
      "MK MU OZ P5 PF ZG ZH")),
    ("delivered", "collected_by_customer", "2W FI"),
    ("delivered", "delivered_to_neighbour", "3H"),
    ("delivered", "delivered_to_safe_place", "ML MM MN MP MQ MR MS MW MX NL NT ZF"),
    ("returned", "", "B0"),
    silent="8Q FD HI L6 MY SB SE TW UJ",
)  # fmt: skip

EXCEPTION = table(
    ("picked_up", "", "HF P4 Z5"),
    ("in_transit", "",
     ("1D 1M 1P 2O 2R 2S 2U 2V 4B 4F 4H 4I 4J 4L 7N 8M 8R DA E7 EO F0 F3 F7 GD HL HM I8 IP LX LY "
      "OA P7 PG RB RC SX T5 T6 UI VX W8 X0 XD Y9 YG YR YS YT YX Z3 ZK ZN ZO ZV ZW ZX ZY ZZ")),
    # Kept cold, or under watch.
    ("in_transit", "", "F5 FW J9 JC JH JI JJ K8 37 T7 T8 V9 VU VV VW Z7 Z8 ZU"),
    # On the way to a pickup point, or to the counter.
    ("in_transit", "",
     "39 3P 3S 3V 5S 5V 6H 6J 6K 7C 7D O5 O8 O9 RI S7 TO UZ VE VF VH VN VZ ZD ZL"),
    # What sender or receiver wish, noted or done.
    ("in_transit", "",
     ("3Q 3R 3W 4N 4Q 6G 6I 76 77 78 79 92 93 9I CG E0 H6 HJ I3 JA JB L0 L8 LU O1 O2 O3 O7 R3 R8 "
      "RF RG RH S0 SO SU T4 TB UD VM ZA ZB ZC")),
    ("in_transit", "customs_clearance",
     ("5 1C 1U 2N 2T 4C 7F 7I 7M B3 B4 B6 B8 BV BW BX C3 CE D5 DB DE E4 E8 E9 ER HW L3 LV MI OB "
      "R1 R4 R5 RD RE RJ RM RP RU RZ S4 S5 SF SI SS SV SY T9 TE TG TT VK VQ VR X2 X3 X4 X7 XJ XK "
      "XL XY Y1 Y4 Y5 YA Z1")),
    ("in_transit", "rescheduled",
     "2 14 3U 4M 6L 6P AH AT AZ G1 IB IJ J8 O6 OL RO RW S6 TH UT VA VD VG"),
    ("out_for_delivery", "", "RK RL ZS"),
    ("available_for_pickup", "", "54 5G 8I E2 I5 UE VB ZP"),
    ("attempt_failed", "", "2X 3L 5R 5Z 6R 84 89 FM G7 G8 GB HQ IQ IR LZ PI"),
    ("attempt_failed", "business_closed", "3J 55 AY G3 L1 ZM"),
    ("attempt_failed", "held_for_payment", "51 52 KZ"),
    ("attempt_failed", "recipient_not_home", "48 49 7L C4 KX OH YD"),
    ("exception", "",
     ("1A 2E 33 4P 5T 5U 5W 63 6B 6T 6Z 72 7E 7Q 99 AX BF BQ BR BT C9 CA CH CJ CV D2 D7 DD DT EX "
      "F8 HO KO T3 TA TK UP VI VJ Y2 Y3 YM YU YV YW")),
    ("exception", "address_problem",
     ("46 47 4Z A5 A6 A7 A8 A9 AA AB AC AD AE AF AG AK AL AV AW C8 CW CY D4 DS DW E1 FA H1 H2 H3 "
      "H4 H5 LH OJ PH TF YF")),
    ("exception", "business_closed", "VL"),
    ("exception", "carrier_delay",
     ("1 3 4 8 11 17 18 19 22 31 87 1B 1K 1L 1Q 1V 1X 2H 2Y 2Z 3A 3B 3C 3T 4K 4Y 6E 7Y 7Z 8A 8K "
      "8L 8Y 8Z 9M 9N 9O 9P 9Q 9R 9S 9T 9U 9V 9X 9Y 9Z C6 CC CD CL CN CP DC DQ DU E3 ED EH EN GC "
      "GV H7 HA HH K1 K2 MT NW OD OM Q1 S8 TN UK XZ")),
    ("exception", "customs_hold", "CT ES OI"),
    ("exception", "customs_information_needed",
     ("29 40 43 71 1W 2B 4T 7P 7T 7U AO B5 B9 BA BB BD BE BG BH BJ BK BP CX CZ D0 DN DY EU EV EW "
      "FE FF GF GZ L2 L5 OQ OT R6 R7 RA RR RS RX S1 S2 S3 SJ SL SN SP VP X5 X6 X8 X9 XA XB XC XE "
      "XG XN XO XV XW")),
    ("exception", "damaged", "13 25 45 66 67 A3 A4 HE HR LQ TV"),
    ("exception", "destroyed", "1F 26 8D A2 BZ NI YL"),
    ("exception", "held_for_payment", "91 C7 D9 EY"),
    ("exception", "lost", "AJ S9 TJ UO"),
    ("exception", "missorted", "6 7 34 8G D1 YI"),
    ("exception", "refused", "AM AN AP AQ AS KI KQ KR KS KT YE"),
    ("exception", "regulatory", "60 73 1G 1H 9F DP H9 HK I2 IY J0 OR OS TX U0 U3 UN UR US XS"),
    ("exception", "rescheduled", "LI MF UG Y7"),
    ("exception", "security", "95 7R 7S G6 G9"),
    ("exception", "transport_problem",
     "15 16 23 68 1O 7G 9L B1 CK CM CQ DG DR FG GH GI HG LE LF NP P6 Q0 RY TI"),
    ("exception", "weather", "1E 2A 3D 6D 7V 7W 7X C5 DF DJ PZ"),
    # Tried to fetch it from the sender: nobody has stood at the receiver's door.
    ("info_received", "awaiting_carrier", "5D G4 G5 KY"),
    ("delivered", "", "56 59 F4 FN K7 KM KN"),
    ("delivered", "collected_by_customer", "FT"),
    ("delivered", "damaged", "64 HD"),
    ("returning", "", "4R CS DL H8 I1 KP O4 RV UF YJ YK"),
    ("returning", "customs_hold", "CF"),
    ("returning", "customs_information_needed", "7H"),
    ("returning", "damaged", "24 27 65 A1"),
    ("returning", "refused", "8H"),
    ("returning", "regulatory", "90 O0 XU"),
    ("returning", "unclaimed", "3N 6C"),
    ("returned", "", "4S PP UA"),
    ("returned", "address_problem", "TU"),
    silent="30 1T 2G 3Z 5A 5B 6W 6X 8C 8E 8F 9C 9D 9J 9K GN GO GQ GR HN I9 K5 K6 LN LO TL TS UL "
    "UW UX",
)  # fmt: skip
