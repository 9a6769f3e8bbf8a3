-- targets.lua: Durham Tees Valley CRC, 2018. Unpaid work: what was reached of what was expected (report, section 4.1).
-- The hours of unpaid work are synthetic: data/README.md says how they were made.
local assay = require "assay"

local fieldwork = "2018-11-05"
local hours_needed = 64 -- of work, for one qualification

-- 1. What is printed. A figure without a target is neither much nor little: it has no share.
local rows, expected = {}, nil
for _, item in ipairs(assay.read_json("published.json").other) do
  local reached = item.registered or item.count
  if reached then
    local target = item.target
    if target then expected = item end
    rows[#rows + 1] = { item.what, reached, target, target and reached / target, target and target - reached,
                        target and "of the year's target" or "no target is printed" }
  end
end
local targets = assay.frame { columns = { "measure", "reached", "target", "share", "lacking", "note" }, rows = rows,
                              types = { target = "integer", share = "number", lacking = "integer" } }
print "Reached and expected"
print(targets)

-- 2. Is that on pace? The report says that the project began in 2018, not when. At an even pace the year's target
--    is so many a month, and what was registered stands for so many months.
local a_month = expected.target / 12
local months = math.ceil(expected.registered / a_month)
print(("\n%d a year are %.0f a month: %d stand for %d months. Fieldwork began on %s: the project is on pace if it began\n" ..
  "on %s or later, and behind if earlier."):format(expected.target, a_month, expected.registered, months, fieldwork,
  assay.date(fieldwork, { months = -months })))
print(("Had it begun in January, %.0f would have been due by then."):format(10 * a_month))
print "The 35 awards are not said to be of the 120, or of a year. Neither figure is of a sample: no limits."

-- 3. A qualification takes 64 hours of work, "which can usually be fitted into the standard unpaid work hours": do they
--    fit more than half of the orders? (The hours here are a choice, made for no such question.)
local hours = assay.read("unpaid-work-hours.csv", { id = "case_id" })
local fitting = hours:where { hours = { min = hours_needed } }
print(("\nOrders of %d hours or more: %d of %d (%.0f per cent, synthetic)"):format(hours_needed, #fitting, #hours,
  100 * #fitting / #hours))

targets:write "targets.csv"
