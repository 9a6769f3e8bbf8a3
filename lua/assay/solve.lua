-- solve.lua: which ratings of the standards fit what was printed of them and of the whole.

local core = require "assay.core"
local check = require "assay.check"
local of_rating = require "assay.rating"
local table_text = require "assay.report.table"

local solve = {}

local band_number = of_rating.band_number

-- Vectors are listed up to so many, unless `limit` says otherwise; and what it can say.
local LIMIT, MOST_LISTED = 100, 100000

-- ---- what is asked -----------------------------------------------------------------------------

local range_options = check.options("ClueRange", { min = "count", max = "count" })

--- A number, or { min=, max= }, as { least, most }: without `most` there is no end.
local function span(name, value)
  if type(value) ~= "table" then
    local n = check.value(name, value, "count")
    return { n, n }
  end
  local range = range_options(value)
  local least = range.min or 0
  if range.max and range.max < least then
    check.fail(("%s: min is %d, and max only %d"):format(name, least, range.max), name)
  end
  return { least, range.max }
end

local function limit_of(name, value)
  local limit = check.value(name, value, "count")
  if limit <= MOST_LISTED then return limit end
  return check.fail(("%s must be at most %d, not %d"):format(name, MOST_LISTED, limit), name)
end

local clue_options = check.options("Clues", {
  standards = "any", uncounted = "texts", ratings = "table", count = "table", overall = "texts", points = span,
  before = "table", improved = span, fell = span, limit = limit_of,
})

--- Ids from a list, a framework or how many there are; and those that do not count.
local function standards_of(o)
  local from, ids, uncounted = o.standards, {}, {}
  if check.is(from, "Framework") then
    for i, s in ipairs(from.standards) do
      ids[i] = s.id
      uncounted[s.id] = not s.counted or nil
    end
  elseif type(from) == "number" then
    for i = 1, math.min(check.value("standards", from, "count"), core.solve.most_standards + 1) do ids[i] = tostring(i) end
  else
    if from == nil then check.fail("'standards' is needed: their ids, how many they are, or a framework", "standards") end
    ids = check.value("standards", from, "texts")
  end
  if #ids < 1 or #ids > core.solve.most_standards then
    check.fail(("clues need 1 to %d standards: their ids, how many they are, or a framework"):format(
      core.solve.most_standards), "standards")
  end
  for _, id in ipairs(o.uncounted or {}) do uncounted[id] = true end
  return ids, uncounted
end

--- The place of each standard by its id.
local function index(ids)
  local place = {}
  for i, id in ipairs(ids) do
    if place[id] then
      check.fail(("standard '%s' is given twice"):format(core.text.quote(id)), "standards")
    end
    place[id] = i
  end
  return place
end

--- Standards that have numbers alone may be called by them.
local function place_of(place, id) return place[tostring(id)] or check.unknown("standard", id, place) end

-- ---- clues -------------------------------------------------------------------------------------

--- The bands named, as bits.
local function bits(scale, names, clue)
  local set = 0
  if #names == 0 then check.fail(clue .. " names no rating", clue) end
  for _, name in ipairs(names) do set = set | 1 << band_number(scale, name) - 1 end
  return set
end

local function range_text(range)
  local least, most = range[1], range[2]
  if least == most then return tostring(least) end
  return most and ("%d to %d"):format(least, most) or ("%d or more"):format(least)
end

--- The clues one by one: { name = in words, apply = function(ask) }, so that each can be left out.
local function list_of(scale, o, place)
  local list = {}
  local function add(name, apply) list[#list + 1] = { name = name, apply = apply } end
  for _, id in ipairs(check.keys(o.ratings or {})) do
    local i, names = place_of(place, id), check.value("ratings", o.ratings[id], "texts")
    local set = bits(scale, names, "ratings")
    add(("standard %s: %s"):format(id, table.concat(names, " or ")), function(ask) ask.allowed[i] = ask.allowed[i] & set end)
  end
  for _, name in ipairs(check.keys(o.count or {})) do
    local band, range = band_number(scale, name), span("count", o.count[name])
    add(("%s: %s"):format(name, range_text(range)), function(ask)
      ask.bands[2 * band - 1], ask.bands[2 * band] = range[1], range[2] or -1
    end)
  end
  if o.overall then
    local set = bits(scale, o.overall, "overall")
    add("overall: " .. table.concat(o.overall, " or "), function(ask) ask.overall = set end)
  end
  for _, key in ipairs { "points", "improved", "fell" } do
    local range = o[key]
    if range then
      add(("%s: %s"):format(key, range_text(range)), function(ask)
        ask[key == "improved" and "risen" or key == "fell" and "fallen" or key] = range
      end)
    end
  end
  return list
end

--- What core is asked where no clue is heard.
local function ask_anything(scale, ids, uncounted, before)
  local ask = { n = #ids, allowed = {}, before = {}, counted = {}, bands = {}, risen = { 0 }, fallen = { 0 }, points = { 0 } }
  ask.overall = (1 << #scale.bands) - 1
  for b = 1, #scale.bands do ask.bands[2 * b - 1], ask.bands[2 * b] = 0, -1 end
  for i, id in ipairs(ids) do
    ask.allowed[i], ask.before[i], ask.counted[i] = ask.overall, before[i] or 0, uncounted[id] and 0 or 1
  end
  return ask
end

--- The ratings before, as numbers of bands by the place of their standard.
local function read_before(scale, o, place)
  local before = {}
  for _, id in ipairs(check.keys(o.before or {})) do
    local i = place_of(place, id)
    if before[i] then
      check.fail(("before has standard '%s' twice, as a number and as text"):format(core.text.quote(tostring(id))), "before")
    end
    before[i] = band_number(scale, o.before[id])
  end
  for _, key in ipairs { "improved", "fell" } do
    if o[key] and next(before) == nil then
      check.fail(("'%s' needs the ratings before: before = { [id] = rating, ... }"):format(key), "before")
    end
  end
  return before
end

-- ---- the answer --------------------------------------------------------------------------------

--- Which ratings remain possible for each standard, with how many vectors each.
local function possible_frame(scale, ids, before, with)
  local columns, types = { "standard" }, { standard = "text" }
  local earlier = next(before) ~= nil
  if earlier then columns[2], types.before = "before", "text" end
  for _, band in ipairs(scale.bands) do
    columns[#columns + 1] = band.name
    types[band.name] = "integer"
  end
  local rows = {}
  for i, id in ipairs(ids) do
    local row = { id }
    if earlier then row[2] = before[i] and scale.bands[before[i]].name end
    table.move(with[i], 1, #scale.bands, earlier and 3 or 2, row)
    rows[i] = row
  end
  return require "assay".frame { columns = columns, rows = rows, types = types }
end

local function points_frame(scale, points, counted)
  local rows = {}
  for i, one in ipairs(points) do
    local rating = counted > 0 and scale.bands[core.rating.of_points(of_rating.handles[scale], one[1], counted)].name or nil
    rows[i] = { one[1], rating, one[2] }
  end
  return require "assay".frame { columns = { "points", "overall", "vectors" }, rows = rows,
    types = { points = "integer", overall = "text", vectors = "integer" } }
end

local function vectors_frame(scale, ids, vectors)
  local columns, types, rows = { "vector" }, { vector = "integer" }, {}
  for i, id in ipairs(ids) do
    columns[i + 1] = id
    types[id] = "text"
  end
  for k, bands in ipairs(vectors) do
    rows[k] = { k }
    for i, band in ipairs(bands) do rows[k][i + 1] = scale.bands[band].name end
  end
  return require "assay".frame { columns = columns, rows = rows, types = types }
end

--- Clues that contradict each other, none of which could be left out of the contradiction; and how many vectors
--- fit without each of them alone.
local function find_conflict(count, clues)
  local kept = table.move(clues, 1, #clues, 1, {})
  for _, clue in ipairs(clues) do
    local fewer = {}
    for _, one in ipairs(kept) do
      if one ~= clue then fewer[#fewer + 1] = one end
    end
    if count(fewer) == 0 then kept = fewer end
  end
  local names, without = {}, {}
  for i, clue in ipairs(kept) do
    local others = {}
    for _, one in ipairs(clues) do
      if one ~= clue then others[#others + 1] = one end
    end
    names[i], without[clue.name] = clue.name, count(others)
  end
  return names, without
end

local function counted_words(n) return n == 1 and "1 rating vector fits" or ("%d rating vectors fit"):format(n) end

local function add_assumed(lines, self)
  if #self.assumed > 0 then lines[#lines + 1] = "assumed, not verified: " .. table.concat(self.assumed, ", ") end
  return table.concat(lines, "\n")
end

local function show_conflict(self)
  local lines = { "no rating vector fits: these clues contradict each other" }
  for _, name in ipairs(self.conflict) do
    lines[#lines + 1] = ("  %s (without it %s)"):format(table_text.printable(name), counted_words(self.without[name]))
  end
  return add_assumed(lines, self)
end

local function show(self)
  if self.count == 0 then return show_conflict(self) end
  local points = self.points_min == self.points_max and ("%d points"):format(self.points_min)
    or ("%d to %d points"):format(self.points_min, self.points_max)
  local lines = { ("%s, of %s"):format(counted_words(self.count), points), "",
    "How many of them have each standard so:", tostring(self.possible), "", tostring(self.by_points) }
  if self.vectors then
    lines[#lines + 1] = "\n" .. tostring(self.vectors)
  else
    lines[#lines + 1] = ("\nmore than %d are not listed"):format(self.limit)
  end
  return add_assumed(lines, self)
end

local Solution = check.result("Solution", {
  "count", "points_min", "points_max", "possible", "by_points", "vectors", "limit", "conflict", "without", "assumed",
}, show)

function solve.solve(scale, clues)
  local o = clue_options(clues)
  local ids, uncounted = standards_of(o)
  local place = index(ids)
  local counted = #ids
  for _, id in ipairs(check.keys(uncounted)) do
    place_of(place, id)
    counted = counted - 1
  end
  local before = read_before(scale, o, place)
  local list, limit = list_of(scale, o, place), o.limit or LIMIT
  local function ask(heard, most)
    local asked = ask_anything(scale, ids, uncounted, before)
    for _, clue in ipairs(heard) do clue.apply(asked) end
    return core.solve.solve(of_rating.handles[scale], asked, most)
  end
  local found = ask(list, limit)
  local self = { count = found.count, limit = limit, assumed = of_rating.assumed_in_adding(scale) }
  if found.count == 0 then
    self.conflict, self.without = find_conflict(function(heard) return ask(heard, 0).count end, list)
    return setmetatable(self, Solution)
  end
  self.points_min, self.points_max = found.points[1][1], found.points[#found.points][1]
  self.possible = possible_frame(scale, ids, before, found.with)
  self.by_points = points_frame(scale, found.points, counted)
  if found.count <= limit then self.vectors = vectors_frame(scale, ids, found.vectors) end
  return setmetatable(self, Solution)
end

return solve
