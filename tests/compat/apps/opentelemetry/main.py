from __future__ import annotations

from opentelemetry import baggage, context, propagate, trace

import vaas

tracer = trace.get_tracer("shop")


@vaas.app
class Traced:
    @vaas.get("/span")
    def span(self):
        with tracer.start_as_current_span("asked") as span:
            span.set_attribute("n", 1)
            return {"recording": span.is_recording()}

    @vaas.get("/parent")
    def parent(self, traceparent: str):
        found = propagate.extract({"traceparent": traceparent, "baggage": "who=ada"})
        token = context.attach(found)
        try:
            trace_id = trace.get_current_span().get_span_context().trace_id
            return {"trace": f"{trace_id:032x}", "who": baggage.get_baggage("who")}
        finally:
            context.detach(token)
