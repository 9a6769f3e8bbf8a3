-- draw.lua: a sample from a list, in one step.

local core = require "assay.core"
local check = require "assay.check"
local reading = require "assay.command.reading"
local words = require "assay.command.words"

local draw = {
  usage = "draw FILE --id COLUMN --size N --out DIR [--strata COLUMNS] [--seed SEED] [--json]",
  purpose = "draws a sample from a list into a folder that proves itself",
  details = [[
FILE is the list of eligible cases. The plan is printed, then population beside sample. The folder
gets sample.csv (the cases drawn), frame.csv (every case of the list, with its ticket) and
manifest.json; `assay verify DIR` draws again from it. It appears whole or not at all, and must be
absent, empty, or hold this very sample: a sample that was drawn is not drawn over.

Instead of --size, give --confidence and --margin, or --allocation LABEL=N for each stratum. A
stratum's label is its levels joined by " / ". COLUMNS are names with commas between them, or the
option several times. Shares are written 80% or 0.80.

Freeze the list, then draw. Without --seed there is a fresh one of 128 random bits, which is
printed: with it, and the same list and options, the draw is the same.

For example
  assay draw cases.csv --id case_id --strata gender,rosh --confidence 80% --margin 5% \
    --reserve 20% --cap officer=6 --out sample

Exit codes: 0 done, 2 wrong usage, 3 the list or the folder is refused.]],
}

-- Options of assay.plan and plan:draw that are one word: option, what stands for its value, how it is read,
-- and what is said of it.
local plain = {
  { "size", "N", words.count, "Cases to draw." },
  { "confidence", "SHARE", words.share, "With --margin, instead of --size: the confidence of the limits." },
  { "margin", "SHARE", words.share, "Half the width of the limits." },
  { "proportion", "SHARE", words.share, "The share of yes expected: one half, the worst case, if not given." },
  { "power", "NUMBER", words.number, "For allocation power: from 0 (equal) to 1 (proportional)." },
  { "rounding", "HOW", words.text, "How sizes are made whole: largest_remainder, round_robin or random." },
  { "reserve", "SHARE", words.share, "Further cases of each stratum, as a share of its sample." },
  { "size_measure", "COLUMN", words.text, "A column that probabilities are in proportion to." },
  { "seed", "SEED", words.text, "1 to 64 letters, digits and . _ -; a fresh one if not given." },
  { "method", "NAME", words.text, "Of selection: srs if not given, systematic, bernoulli, poisson, and others." },
}

local lists = {
  { "strata", "Columns whose combinations of levels are sampled separately." },
  { "within", "With --rounding round_robin: columns that part each stratum further." },
  { "sort", "The order that a systematic draw goes through, -COLUMN for descending." },
  { "columns", "Keep only these columns of the list, and those that other options name." },
}

local by_label = {
  { "sd", "LABEL=NUMBER", "The standard deviation in a stratum, for allocation neyman and the like." },
  { "cost", "LABEL=NUMBER", "What a case of a stratum costs, for allocation optimal." },
  { "minimum", "N", "The least cases of each stratum, or LABEL=N of one: 2 if not given." },
  { "maximum", "N", "The most cases of each stratum, or LABEL=N of one." },
  { "cap", "COLUMN=N", "The most cases that one value of a column may have, such as officer=6." },
  { "allocation", "RULE", "proportional (if not given), equal, neyman, neyman_exact, optimal, power; or LABEL=N by stratum." },
  { "stages", "KEY=VALUE", "Units first, then cases of each: unit=COLUMN,units=N,cases=N; and method=NAME, sort=COLUMNS." },
  { "apart_from", "FOLDER", "A sample drawn before, whose cases are avoided." },
}

--- "--size-measure --size_measure" of size_measure.
local function option_of(name)
  return name:find "_" and ("--%s --%s"):format(name:gsub("_", "-"), name) or "--" .. name
end

function draw.declare(parser)
  parser:argument("FILE", "The list of cases."):target("file"):argname "FILE"
  for _, one in ipairs(lists) do
    parser:option("--" .. one[1], one[2]):argname("COLUMNS"):count "*"
  end
  for _, one in ipairs(plain) do
    parser:option(option_of(one[1]), one[4]):argname(one[2]):target(one[1])
  end
  for _, one in ipairs(by_label) do
    local option = parser:option(option_of(one[1]), one[3] .. " May stand several times.")
    option:argname(one[2]):target(one[1]):count "*"
  end
  parser:flag("--serpentine", "With --sort: every other group is gone through backwards.")
  parser:option("--out", "The folder of the sample."):argname("DIR"):count(1)
  reading.declare(parser)
  parser:flag("--json", "Print the answer as JSON.")
end

-- ---- what was asked ----------------------------------------------------------------------------

--- The names in texts such as "a,b"; nil if there is none.
local function names_in(texts)
  local names = {}
  for _, text in ipairs(texts) do
    for name in (text .. ","):gmatch "%s*(.-)%s*," do
      if name ~= "" then names[#names + 1] = name end
    end
  end
  return words.some(names)
end

--- One number for all, or a table by label.
local function number_or_labels(option, texts)
  return words.population(option, texts)
end

local function allocation(option, texts)
  if #texts == 1 and not texts[1]:find "=" then return texts[1] end
  return words.by_label(option, texts, words.count, "a rule, or each time LABEL=N")
end

local stage_readers = {
  unit = words.text, units = words.count, cases = words.count, method = words.text,
  sort = function(_, text) return names_in { text } end,
  serpentine = function(option, text)
    return text == "true" or check.fail(("%s takes serpentine=true, not '%s'"):format(option, core.text.quote(text)), option)
  end,
}

--- The parts of texts such as "unit=a,sort=b,-c": a comma ends one where another KEY= follows.
local function parts(texts)
  local list = {}
  for _, text in ipairs(texts) do
    for part in text:gsub(",%s*(%a+=)", "\n%1"):gmatch "[^\n]+" do list[#list + 1] = part end
  end
  return list
end

--- KEY=VALUE, with commas between them or several times, as the table that a plan takes.
local function stages(option, texts)
  local given = words.by_label(option, parts(texts), words.text, "given as KEY=VALUE")
  for _, key in ipairs(given and check.keys(given) or {}) do
    local read = stage_readers[key] or check.unknown("part of " .. option, key, stage_readers)
    given[key] = read(option, given[key])
  end
  return given
end

local function samples(_, folders)
  local list = {}
  for i, folder in ipairs(folders) do list[i] = require "assay.sample".open_sample(folder) end
  return words.some(list)
end

local readers = {
  stages = stages, apart_from = samples,
  sd = function(option, texts) return words.by_label(option, texts, words.number) end,
  cost = function(option, texts) return words.by_label(option, texts, words.number) end,
  cap = function(option, texts) return words.by_label(option, texts, words.count, "COLUMN=N") end,
  minimum = number_or_labels, maximum = number_or_labels, allocation = allocation,
}

--- Options by name as the library takes them.
local function read_options(asked)
  local options = { serpentine = asked.serpentine }
  for _, one in ipairs(plain) do options[one[1]] = one[3]("--" .. one[1], asked[one[1]]) end
  for _, one in ipairs(lists) do options[one[1]] = names_in(asked[one[1]]) end
  for _, one in ipairs(by_label) do options[one[1]] = readers[one[1]]("--" .. one[1], asked[one[1]]) end
  return options
end

--- Those of `options` that an option table of the library has.
local function part_of(options, class)
  local part = {}
  for name in next, check.option_classes[class] do part[name] = options[name] end
  return part
end

--- The columns to be read, where only some are wanted: those, and all that the draw needs.
local function columns_of(options)
  if not options.columns then return nil end
  local list, seen = {}, {}
  local function add(names)
    for _, name in ipairs(names) do
      if not seen[name] then list[#list + 1] = name end
      seen[name] = true
    end
  end
  add(options.columns)
  add(options.strata or {})
  add(options.within or {})
  add(check.keys(options.cap or {}))
  add { options.size_measure }
  for _, name in ipairs(options.sort or {}) do add { (name:gsub("^%-", "")) } end
  for _, name in ipairs(options.stages and options.stages.sort or {}) do add { (name:gsub("^%-", "")) } end
  add { options.stages and options.stages.unit }
  return list
end

-- ---- the answer --------------------------------------------------------------------------------

--- How many cases of a role were drawn.
local function count(sample, role)
  local n = 0
  for _, one in ipairs(sample.cases:column("role"):list()) do n = n + (one == role and 1 or 0) end
  return n
end

local function print_text(sample, balance, asked)
  print(sample.plan)
  for _, note in ipairs(sample.shortfall) do print("note: " .. note) end
  if sample.units then print("\n" .. tostring(sample.units)) end
  if balance then print("\n" .. tostring(balance)) end
  print(("\n%s and %d reserve%s drawn by %s under the %sseed %s"):format(words.cases(count(sample, "sample")),
    count(sample, "reserve"), count(sample, "reserve") == 1 and "" or "s", sample.method, asked.seed and "" or "fresh ",
    sample.seed))
  print(("written to %s: `assay verify %s` draws again"):format(asked.out, words.argument(asked.out)))
end

--- The rows of a frame as a list of objects.
local function rows_of(frame)
  local rows = {}
  for row in frame:rows() do
    local one = {}
    for _, name in ipairs(frame.columns) do one[name] = row[name] ~= nil and words.digits(row[name]) or nil end
    rows[#rows + 1] = one
  end
  return core.json.list(rows)
end

local function texts(list) return core.json.list(table.move(list, 1, #list, 1, {})) end

local function print_json(sample, balance, asked)
  local plan = sample.plan
  io.write(core.json.text {
    file = asked.file, folder = asked.out, seed = sample.seed, seed_is_fresh = not asked.seed, method = sample.method,
    cases = count(sample, "sample"), reserves = count(sample, "reserve"), passed_over = #sample.passed_over,
    probabilities = sample.probabilities, size = plan.size, population = core.draw.population(sample._core),
    fingerprint = plan.fingerprint, strata = rows_of(plan.strata), balance = balance and rows_of(balance),
    units = sample.units and rows_of(sample.units),
    notes = texts(table.move(sample.shortfall, 1, #sample.shortfall, #plan.shortfall + 1, texts(plan.shortfall))),
  })
end

function draw.call(asked)
  local options = read_options(asked)
  local assay = require "assay"
  local list = assay.read(asked.file, reading.options(asked, columns_of(options)))
  options.frame, options.id = list, asked.id
  local plan = assay.plan(part_of(options, "PlanOptions"))
  options.seed = options.seed or core.rng.seed()
  local sample = plan:draw(part_of(options, "DrawOptions"))
  local balance = options.strata and sample:balance(options.strata)
  sample:write(asked.out)
  if asked.json then print_json(sample, balance, asked) else print_text(sample, balance, asked) end
  return 0
end

return draw
