"""What we ask the GraphQL Admin API for. Objects cost points, so only what is used is asked for."""

MONEY = "{ amount currencyCode }"
BAG = f"{{ shopMoney {MONEY} presentmentMoney {MONEY} }}"
SHOP_ONLY = "{ shopMoney { amount } }"
PAGE_INFO = "pageInfo { hasNextPage endCursor }"

ADDRESS = """{
  name firstName lastName company address1 address2 city province provinceCode zip
  countryCodeV2 phone
}"""

LINE_ITEM = f"""{{
  id title name variantTitle sku quantity currentQuantity requiresShipping
  product {{ id }}
  originalUnitPriceSet {SHOP_ONLY}
  discountAllocations {{ allocatedAmountSet {SHOP_ONLY} }}
  customAttributes {{ key value }}
}}"""

EVENT = "{ id status message happenedAt createdAt estimatedDeliveryAt city province zip country }"
SENT_ITEM = "{ quantity lineItem { id } }"

FULFILLMENT = f"""{{
  id status createdAt updatedAt
  trackingInfo {{ company number url }}
  fulfillmentLineItems(first: $inner) {{ nodes {SENT_ITEM} {PAGE_INFO} }}
  events(first: $inner, sortKey: HAPPENED_AT) {{ nodes {EVENT} {PAGE_INFO} }}
}}"""

REFUND = f"""{{
  id createdAt note
  refundLineItems(first: $inner) {{ nodes {SENT_ITEM} {PAGE_INFO} }}
  transactions(first: 5) {{
    nodes {{ kind status createdAt processedAt amountSet {{ presentmentMoney {MONEY} }} }}
  }}
}}"""

ORDERS = f"""
query Orders(
  $search: String!, $after: String, $first: Int!, $lines: Int!, $few: Int!, $inner: Int!
) {{
  orders(first: $first, after: $after, query: $search, sortKey: UPDATED_AT) {{
    {PAGE_INFO}
    nodes {{
      id name email phone customerLocale currencyCode presentmentCurrencyCode
      createdAt processedAt updatedAt cancelledAt cancelReason closedAt
      displayFinancialStatus statusPageUrl note tags test
      totalPriceSet {BAG}
      currentTotalPriceSet {BAG}
      totalTaxSet {SHOP_ONLY}
      currentTotalTaxSet {SHOP_ONLY}
      totalDiscountsSet {SHOP_ONLY}
      currentTotalDiscountsSet {SHOP_ONLY}
      totalShippingPriceSet {SHOP_ONLY}
      shippingLine {{ title }}
      shippingAddress {ADDRESS}
      billingAddress {ADDRESS}
      customAttributes {{ key value }}
      customer {{
        id firstName lastName locale createdAt updatedAt
        defaultEmailAddress {{ emailAddress marketingState }}
        defaultPhoneNumber {{ phoneNumber }}
      }}
      lineItems(first: $lines) {{ nodes {LINE_ITEM} {PAGE_INFO} }}
      fulfillments(first: $few) {FULFILLMENT}
      refunds(first: $few) {REFUND}
    }}
  }}
}}"""

ORDERS_COUNT = """
query OrdersCount($search: String!) { ordersCount(query: $search, limit: 100000) { count } }"""

PRODUCTS_COUNT = """
query ProductsCount($search: String) { productsCount(query: $search, limit: 100000) { count } }"""

ORDER_LINES = f"""
query OrderLines($id: ID!, $after: String, $first: Int!) {{
  order(id: $id) {{
    lineItems(first: $first, after: $after) {{ nodes {LINE_ITEM} {PAGE_INFO} }}
  }}
}}"""

ORDER_PARTS = """
query OrderParts($id: ID!) {
  order(id: $id) { fulfillments(first: 100) { id } refunds(first: 100) { id } }
}"""

ONE_FULFILLMENT = f"""
query Fulfillment($id: ID!, $inner: Int!) {{ fulfillment(id: $id) {FULFILLMENT} }}"""

FULFILLMENT_ITEMS = f"""
query FulfillmentItems($id: ID!, $after: String, $first: Int!) {{
  fulfillment(id: $id) {{
    fulfillmentLineItems(first: $first, after: $after) {{ nodes {SENT_ITEM} {PAGE_INFO} }}
  }}
}}"""

FULFILLMENT_EVENTS = f"""
query FulfillmentEvents($id: ID!, $after: String, $first: Int!) {{
  fulfillment(id: $id) {{
    events(first: $first, after: $after, sortKey: HAPPENED_AT) {{ nodes {EVENT} {PAGE_INFO} }}
  }}
}}"""

ONE_REFUND = f"""
query Refund($id: ID!, $inner: Int!) {{ refund(id: $id) {REFUND} }}"""

REFUND_ITEMS = f"""
query RefundItems($id: ID!, $after: String, $first: Int!) {{
  refund(id: $id) {{
    refundLineItems(first: $first, after: $after) {{ nodes {SENT_ITEM} {PAGE_INFO} }}
  }}
}}"""

PRODUCTS = f"""
query Products($search: String, $after: String, $first: Int!) {{
  products(first: $first, after: $after, query: $search, sortKey: UPDATED_AT) {{
    {PAGE_INFO}
    nodes {{
      id title handle vendor productType updatedAt onlineStoreUrl
      featuredMedia {{ preview {{ image {{ url }} }} }}
    }}
  }}
}}"""

SHOP = """
query Shop {
  shop { name currencyCode ianaTimezone contactEmail primaryDomain { url } }
  currentAppInstallation { accessScopes { handle } }
}"""

SUBSCRIPTIONS = f"""
query Subscriptions($after: String) {{
  webhookSubscriptions(first: 100, after: $after) {{ nodes {{ id topic uri }} {PAGE_INFO} }}
}}"""

SUBSCRIBE = """
mutation Subscribe($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
    webhookSubscription { id }
    userErrors { field message }
  }
}"""

UNSUBSCRIBE = """
mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}"""
