-- design.lua: which residents are looked at. The inspection draws by it, and so does the making of its answers.
local assay = require "assay"

local design = {}

--- The residents that can be looked at: those who have lived in the home for two months, each of them once.
function design.eligible(path, visit)
  return assay.read(path, { id = "resident", levels = { kind = { "nursing", "residential" } } })
    :where { moved_in = { max = assay.date(visit, { months = -2 }) } }
    :distinct { match = { "health_number" }, keep = "last", order = "moved_in" }
end

function design.plan(eligible)
  return assay.plan { frame = eligible, strata = { "area", "kind" }, confidence = 0.90, margin = 0.07, reserve = 0.10,
                      minimum = 8 }
end

function design.draw(plan) return plan:draw { seed = "care-homes.2026-03.8c1f0e6b5a9d4f27" } end

return design
