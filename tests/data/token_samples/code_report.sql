-- Revenue, active customers and churn by month and segment for the last two years.
WITH months AS (
    SELECT date_trunc('month', d)::date AS month
    FROM generate_series(current_date - interval '24 months', current_date, interval '1 month') AS d
),
paid AS (
    SELECT
        i.customer_id,
        c.segment,
        date_trunc('month', i.paid_at)::date AS month,
        SUM(l.quantity * l.unit_price * (1 - COALESCE(l.discount, 0))) AS revenue
    FROM invoices AS i
    JOIN invoice_lines AS l ON l.invoice_id = i.id
    JOIN customers AS c ON c.id = i.customer_id
    WHERE i.status = 'paid'
      AND i.paid_at >= current_date - interval '25 months'
    GROUP BY i.customer_id, c.segment, date_trunc('month', i.paid_at)
),
churned AS (
    SELECT
        p.segment,
        (p.month + interval '1 month')::date AS month,
        COUNT(*) AS lost
    FROM paid AS p
    LEFT JOIN paid AS next_month
        ON next_month.customer_id = p.customer_id
       AND next_month.month = (p.month + interval '1 month')::date
    WHERE next_month.customer_id IS NULL
    GROUP BY p.segment, p.month
)
SELECT
    m.month,
    p.segment,
    COUNT(DISTINCT p.customer_id) AS active_customers,
    ROUND(SUM(p.revenue), 2) AS revenue,
    ROUND(SUM(p.revenue) / NULLIF(COUNT(DISTINCT p.customer_id), 0), 2) AS revenue_per_customer,
    COALESCE(MAX(ch.lost), 0) AS lost_customers
FROM months AS m
LEFT JOIN paid AS p ON p.month = m.month
LEFT JOIN churned AS ch ON ch.month = m.month AND ch.segment = p.segment
GROUP BY m.month, p.segment
ORDER BY m.month DESC, revenue DESC NULLS LAST;
