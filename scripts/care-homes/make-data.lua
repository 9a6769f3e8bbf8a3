-- make-data.lua: the residents and answers of data/care-homes. All of them are SYNTHETIC: the homes, the people and
-- what is said of them are made up, and so is the inspection.
local assay = require "assay"
local design = require "design"

math.randomseed(20260302) -- the same files on every run
local visit = "2026-03-02"

local areas = { "Coast", "Moor", "Town" }
local homes = {} -- three homes in each area and of each kind
for _, area in ipairs(areas) do
  for _, kind in ipairs { "nursing", "residential" } do
    for _ = 1, 3 do homes[#homes + 1] = { name = ("Home %02d"):format(#homes + 1), area = area, kind = kind } end
  end
end

local function write(file, columns, rows, types)
  assay.frame { columns = columns, rows = rows, types = types, id = "resident" }:write(file)
end

-- ---- residents ---------------------------------------------------------------------------------

local residents, number = {}, 0
for _, home in ipairs(homes) do
  for _ = 1, math.random(16, 38) do
    number = number + 1
    local moved_in = assay.date(visit, { days = -math.random(5, 1500) })
    residents[number] = { ("R%04d"):format(number), ("H%06d"):format(number * 7919 % 1000003), home.name, home.area,
                          home.kind, moved_in, "synthetic" }
  end
end
-- people who moved from one home to another are on both lists
for _ = 1, 6 do
  local first, second = residents[math.random(number)], residents[math.random(number)]
  second[2] = first[2]
end
write("residents.csv", { "resident", "health_number", "home", "area", "kind", "moved_in", "record" }, residents,
  { moved_in = "date" })

-- ---- answers, of the residents that the inspection draws ---------------------------------------

-- How often each is met in residential homes, and how much more often in nursing homes; how often it does not apply.
local chances = {
  { "A1", 0.84, 0.03, 0 }, { "A2", 0.79, 0.08, 0 }, { "A3", 0.81, 0.06, 0.35 },
  { "B1", 0.80, 0.06, 0.08 }, { "B2", 0.66, 0.10, 0.08 }, { "B3", 0.52, 0.12, 0.75 },
  { "C1", 0.92, -0.06, 0 }, { "C2", 0.88, -0.04, 0 },
}
local BLANK = 0.01

local function answer(chance, kind)
  local _, met, more, apart = table.unpack(chance)
  if math.random() < BLANK then return nil end
  if math.random() < apart then return "does not apply" end
  return math.random() < met + (kind == "nursing" and more or 0) and "met" or "not met"
end

local sample = design.draw(design.plan(design.eligible("residents.csv", visit)))
local columns, types, rows = { "resident" }, { resident = "text" }, {}
for i, chance in ipairs(chances) do columns[i + 1], types[chance[1]] = chance[1], "text" end
columns[#columns + 1] = "record"
for case in sample.cases:rows() do
  if case.role == "sample" then
    local row = { case.resident }
    for i, chance in ipairs(chances) do row[i + 1] = answer(chance, case.kind) end
    row[#columns] = "synthetic"
    rows[#rows + 1] = row
  end
end
write("answers.csv", columns, rows, types)
print(("%d residents in %d homes, answers for %d of them"):format(#residents, #homes, #rows))
