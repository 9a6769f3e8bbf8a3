-- posterior.lua: which ratings the percentages of a population may have, after a sample of it.

local core = require "assay.core"
local check = require "assay.check"
local rating = require "assay.rating"
local interval = require "assay.interval"
local framework = require "assay.framework"
local together = require "assay.surveys"

local posterior = {}

local REPLICATES, JEFFREYS = 10000, { 0.5, 0.5 }
local BLANK, as_core = "\3", { yes = "\0", no = "\1" } -- as core numbers answers

-- ---- what is asked ---------------------------------------------------------------------------

--- Fewer say too little of what is rare.
local function replicates(name, value)
  local n = check.value(name, value, "count")
  if n >= REPLICATES then return n end
  return check.fail(("%s must be %d at the least, not %d"):format(name, REPLICATES, n), name)
end

local counts_options = check.options("ProbabilityCountsOptions", { prior = interval.prior })
local unanswered = { "as_answered", "yes", "no" }
local questions_options = check.options("ProbabilityOptions", {
  seed = "seed!", replicates = replicates, unanswered = unanswered,
})
local framework_options = check.options("RatingProbabilityOptions", {
  seed = "seed!", replicates = replicates, unanswered = unanswered, judged = "table", not_rated = "table",
  rounding = { "half_up", "none" },
})

--- The surveys, whose cases had equal probabilities within a stratum, each drawn for itself.
local function surveys_of(given)
  local list = together.list(given)
  if #list == 0 then return check.fail "there is no survey" end
  for _, survey in ipairs(list) do
    local sample = rawget(survey, "sample")
    local plan = sample and sample.plan
    if plan and (plan.stages or plan.size_measure) then
      return check.fail(("the Polya posterior is for cases that had equal probabilities within a stratum, each drawn for "
        .. "itself: this sample was drawn %s"):format(plan.stages and "in two stages" or "in proportion to a size"), "survey")
    end
  end
  return list
end

-- ---- asking core -----------------------------------------------------------------------------
-- A draft gathers questions by survey, in the order in which core numbers them: entries { id =, standard = }.

local function new_draft(scale, surveys)
  local draft = { scale = scale, surveys = surveys, by_survey = {}, counted = {}, fixed = {}, seen = {} }
  for k in ipairs(surveys) do draft.by_survey[k] = {} end
  return draft
end

--- Adds a question of the standard of that number.
local function add_question(draft, k, id, standard)
  if draft.seen[id] then check.fail(("question '%s' is there twice"):format(core.text.quote(id)), id) end
  draft.seen[id] = true
  table.insert(draft.by_survey[k], { id = id, standard = standard })
end

--- Asks core; entries then have x, relevant, mean, chances, unanimous and how many are unanswered.
local function ask(draft, o)
  local surveys, standards, entries = {}, {}, {}
  for k, list in ipairs(draft.by_survey) do
    local answers = {}
    for q, entry in ipairs(list) do
      answers[q], entry.unanswered = draft.surveys[k]._answers[entry.id]:gsub(BLANK, as_core[o.unanswered] or BLANK)
      standards[#standards + 1], entries[#entries + 1] = entry.standard, entry
    end
    surveys[k] = { draft.surveys[k]._core, answers }
  end
  local found = core.posterior.ratings(rating.handles[draft.scale], surveys, standards, draft.counted, draft.fixed, o.seed,
    o.replicates or REPLICATES)
  core.record.seed(o.seed)
  for i, entry in ipairs(entries) do
    for name, value in next, found.questions[i] do entry[name] = value end
  end
  found.entries = entries
  return found
end

--- What the least mean of a standard's questions has on the mean of the lowest share.
local function shift_of(found, standard)
  local least = math.huge
  for _, entry in ipairs(found.entries) do
    if entry.standard == standard and entry.relevant > 0 then least = math.min(least, entry.mean) end
  end
  return least - found.lowest[standard]
end

-- ---- frames ----------------------------------------------------------------------------------

local function bands_of(scale)
  local names = {}
  for i, band in ipairs(scale.bands) do names[i] = band.name end
  return names
end

--- A frame of rows whose last columns are the chances of the bands.
local function frame_of(scale, columns, types, rows)
  local bands = bands_of(scale)
  for _, name in ipairs(bands) do types[name] = "number" end
  return require "assay.source".frame {
    columns = table.move(bands, 1, #bands, #columns + 1, columns), rows = rows, types = types,
  }
end

local function row_with(scale, chances, ...)
  local row, n = { ... }, select("#", ...)
  for i = 1, #scale.bands do row[n + i] = chances and chances[i] end
  return row
end

local function questions_frame(scale, found)
  local rows = {}
  for i, e in ipairs(found.entries) do
    rows[i] = row_with(scale, e.chances, e.id, e.x, e.relevant, e.unanswered, e.mean)
  end
  return frame_of(scale, { "question", "x", "relevant", "unanswered", "mean" },
    { question = "text", x = "integer", relevant = "integer", unanswered = "integer", mean = "number" }, rows)
end

--- P(that band or a higher one) of a standard, and what it must lie between whatever depends on what.
local function at_least_frame(scale, found, standard)
  local rows, sum = {}, 0
  for i = #scale.bands, 1, -1 do
    sum = sum + found.standards[standard][i]
    rows[i] = { scale.bands[i].name, math.min(sum, 1), found.least[standard][i], found.most[standard][i] }
  end
  return require "assay.source".frame { columns = { "at_least", "probability", "least", "most" }, rows = rows,
    types = { at_least = "text", probability = "number", least = "number", most = "number" } }
end

-- ---- what is said beside the numbers ---------------------------------------------------------

local function points(share) return core.text.fixed(100 * share, 1) end

local function ids_where(entries, wanted)
  local list = {}
  for _, entry in ipairs(entries) do
    if wanted(entry) then list[#list + 1] = entry.id end
  end
  return #list > 0 and table.concat(list, ", ") or nil
end

--- Of two forms of a phrase with a number the one for n.
local function count_words(n, one, many) return (n == 1 and one or many):format(n) end

local drawn_otherwise = {
  estimated = "a cap passed over cases", conditional = "the sample was kept apart from others",
}

--- What a survey's sample is taken to be, and is not quite.
local function note_design(survey, notes)
  local sample = rawget(survey, "sample")
  if survey.status == "model_based" then notes[#notes + 1] = "model-based: not every case had a chance to be drawn" end
  if not sample then return end
  local why = drawn_otherwise[sample.probabilities] or core.draw.how(sample._core).sorted and "the sample was drawn in order"
  if why then notes[#notes + 1] = why .. ": each stratum is taken as a simple random sample all the same" end
end

local function assumed_by(scale)
  local list = {}
  for i, rule in ipairs(scale.assumptions) do list[i] = rule.id end
  return list
end

local function notes_of(draft, found, o)
  local notes = { ("posterior of the percentages of all cases, by whole cases copied (Polya), %d replicates, seed %s: no "
    .. "confidence, and without discretion"):format(o.replicates or REPLICATES, o.seed) }
  local function add(ids, words) notes[#notes + 1] = ids and words:format(ids) end
  add(ids_where(found.entries, function(e) return e.relevant == 0 end), "left out, no relevant case: %s")
  add(ids_where(found.entries, function(e) return e.unanimous end),
    "of one mind in the sample, half a case of yes and half of no added: %s")
  add(ids_where(found.entries, function(e) return e.unanswered > 0 end), as_core[o.unanswered]
    and ("with blanks, all of them taken for %s: %%s"):format(o.unanswered) or "with blanks, taken to be as the answers: %s")
  if found.few > 0 then
    notes[#notes + 1] = count_words(found.few, "%d stratum has fewer than 5 cases, and varies less than it should",
      "%d strata have fewer than 5 cases, and vary less than they should")
  end
  for _, survey in ipairs(draft.surveys) do
    if survey.lost > 0 then
      notes[#notes + 1] = count_words(survey.lost, "%d case lost: the others of its stratum stand for it",
        "%d cases lost: the others of their strata stand for them")
    end
    note_design(survey, notes)
  end
  local assumed = assumed_by(draft.scale)
  add(#assumed > 0 and table.concat(assumed, ", ") or nil, "assumed, not verified: %s")
  return notes
end

local function show_chances(self, bands)
  local parts = {}
  for i, name in ipairs(bands) do parts[i] = ("%s %s%%"):format(name, points(self[name])) end
  return table.concat(parts, ", ")
end

local fields_of = { "x", "relevant", "population", "prior", "questions", "at_least", "lowest", "shift", "seed",
  "replicates", "notes", "assumed" }

--- A result with a field for each band of the scale beside those of its own.
local function new_result(scale, chances, fields, show)
  local bands, result = bands_of(scale), {}
  local known = table.move(fields_of, 1, #fields_of, #bands + 1, bands_of(scale))
  for name, value in next, fields do result[name] = value end
  for i, name in ipairs(bands) do result[name] = chances[i] end
  return setmetatable(result, check.result("Probability", known, function(self) return show(self, bands) end))
end

-- ---- one question by its counts --------------------------------------------------------------

local function show_counts(self, bands)
  local text = ("%d of %d, of %s: %s\nposterior of the percentage of all cases, prior beta %s, %s: no confidence"):format(self.x,
    self.relevant, self.population and ("%d cases"):format(self.population) or "cases without end",
    show_chances(self, bands), core.text.number(self.prior[1]), core.text.number(self.prior[2]))
  if #self.assumed == 0 then return text end
  return text .. "\nassumed, not verified: " .. table.concat(self.assumed, ", ")
end

local counts_keys = { "x", "relevant", "population" }

local function of_counts(scale, given, options)
  local o = counts_options(options)
  if not check.is(given, "Proportion") then
    for _, key in ipairs(check.keys(given)) do check.one_of("key", key, counts_keys) end
  end
  local x, n = check.value("x", given.x, "count"), check.value("relevant", given.relevant, "count")
  local population = rawget(given, "population") and check.value("population", given.population, "population")
  interval.check_counts(x, n, population)
  local prior = o.prior or JEFFREYS
  local chances = core.posterior.question(rating.handles[scale], x, n, population, prior[1], prior[2])
  return new_result(scale, chances, { x = x, relevant = n, population = population, prior = prior,
    assumed = assumed_by(scale) }, show_counts)
end

-- ---- a standard ------------------------------------------------------------------------------

local function show_standard(self, bands)
  local lines = { show_chances(self, bands), ("lowest percentage %s on average, %s points under the least mean: by so much the "
    .. "lowest of several falls by chance alone"):format(points(self.lowest), points(self.shift)) }
  for _, note in ipairs(self.notes) do lines[#lines + 1] = "note: " .. note end
  return table.concat(lines, "\n")
end

local function of_standard(scale, surveys, questions, options)
  surveys = surveys_of(surveys)
  local o = questions_options(options)
  questions = check.value("the questions", questions, "texts")
  if #questions == 0 then check.fail "a standard needs at least one question" end
  local draft = new_draft(scale, surveys)
  draft.counted[1] = true
  for _, id in ipairs(questions) do
    local known = {}
    for _, survey in ipairs(surveys) do table.move(survey.questions, 1, #survey.questions, #known + 1, known) end
    add_question(draft, (together.place(surveys, id)) or check.unknown("question", id, known), id, 1)
  end
  local found = ask(draft, o)
  return new_result(scale, found.standards[1], {
    questions = questions_frame(scale, found), at_least = at_least_frame(scale, found, 1), lowest = found.lowest[1],
    shift = shift_of(found, 1), seed = o.seed, replicates = o.replicates or REPLICATES, notes = notes_of(draft, found, o),
  }, show_standard)
end

-- ---- a framework -----------------------------------------------------------------------------

--- What is known of a judged standard: its rating into draft.fixed, or why it has none.
local function add_judged(draft, s, judged)
  local name = judged[s.id]
  if name == nil then return "not rated: no judgement is given" end
  local number = rating.band_number(draft.scale, name)
  if s.counted ~= false then draft.fixed[#draft.fixed + 1] = number end
  return nil, number
end

local function has_relevant(survey, id, counted) return survey._answers[id]:find(counted) ~= nil end

--- The questions of a standard into the draft, or why it has no rating.
local function add_standard(draft, s)
  local absent, relevant, places = {}, false, {}
  for i, q in ipairs(s.questions) do
    places[i] = (together.place(draft.surveys, q.id))
    if not places[i] then absent[#absent + 1] = q.id
    else relevant = relevant or has_relevant(draft.surveys[places[i]], q.id, draft.counts_as) end
  end
  if #absent > 0 then return "not rated: no survey has " .. table.concat(absent, ", ") end
  if not relevant then return "not rated: no question has a relevant case" end
  draft.counted[#draft.counted + 1] = s.counted ~= false
  for i, q in ipairs(s.questions) do add_question(draft, places[i], q.id, #draft.counted) end
  return nil, #draft.counted
end

local function certain(scale, number)
  local chances = {}
  for i in ipairs(scale.bands) do chances[i] = i == number and 1 or 0 end
  return chances
end

local function show_ratings(self)
  local lines = { tostring(self.standards), "" }
  lines[#lines + 1] = "overall: " .. (self.overall and tostring(self.overall)
    or #self.missing == 0 and "not rated, because no standard is that counts"
    or "not rated, because these are not: " .. table.concat(self.missing, ", "))
  for _, note in ipairs(self.notes) do lines[#lines + 1] = "note: " .. note end
  return table.concat(lines, "\n")
end

local ratings_result = check.result("RatingProbability",
  { "standards", "overall", "missing", "questions", "seed", "replicates", "notes" }, show_ratings)

local function standards_frame(scale, found, drafted)
  local rows = {}
  for i, d in ipairs(drafted) do
    local at = not d.judged and d.number
    local row = row_with(scale, at and found.standards[at] or d.number and certain(scale, d.number), d.id, d.name,
      at and found.lowest[at] or nil, at and shift_of(found, at) or nil)
    row[5 + #scale.bands] = d.why
    rows[i] = row
  end
  local bands = bands_of(scale)
  local types = { standard = "text", name = "text", lowest = "number", shift = "number", note = "text" }
  for _, name in ipairs(bands) do types[name] = "number" end
  local columns = table.move(bands, 1, #bands, 5, { "standard", "name", "lowest", "shift" })
  columns[#columns + 1] = "note"
  return require "assay.source".frame { columns = columns, rows = rows, types = types }
end

--- Standards given a judgement that are known, and judged.
local function check_judged(fw, judged)
  for _, id in ipairs(check.keys(judged)) do
    if not framework.standard_named(fw, id).judged then
      check.fail(("standard '%s' is rated from its questions"):format(id), id)
    end
  end
end

--- All standards of the framework as far as they are known: { id =, name =, judged =, number =, why = }; and those
--- that count and have no rating.
local function draft_standards(draft, fw, judged, not_rated)
  local drafted, missing = {}, {}
  for i, s in ipairs(fw.standards) do
    local why, number
    if not_rated[s.id] then why = framework.not_rated_note(not_rated[s.id])
    elseif s.judged then why, number = add_judged(draft, s, judged)
    else why, number = add_standard(draft, s) end
    drafted[i] = { id = s.id, name = s.name, judged = s.judged, number = number,
      why = why or s.judged and "judged, not rated from percentages" or nil }
    if why and s.counted ~= false and not not_rated[s.id] then missing[#missing + 1] = s.id end
  end
  return drafted, missing
end

--- Whether a standard that counts has a rating.
local function has_whole(draft)
  if #draft.fixed > 0 then return true end
  for _, counted in ipairs(draft.counted) do
    if counted then return true end
  end
  return false
end

local function of_framework(fw, surveys, options)
  local o = framework_options(options)
  local judged, not_rated = o.judged or {}, o.not_rated or {}
  check_judged(fw, judged)
  framework.check_not_rated(fw, not_rated, judged)
  local scale = o.rounding and rating.rating.scale(fw.scale, { rounding = o.rounding }) or fw.scale
  local draft = new_draft(scale, surveys_of(surveys))
  draft.counts_as = as_core[o.unanswered] and "[\0\1\3]" or "[\0\1]" -- the answers of relevant cases
  local drafted, missing = draft_standards(draft, fw, judged, not_rated)
  if #draft.counted == 0 then check.fail "no standard can be rated from these surveys" end
  local found = ask(draft, o)
  if #missing > 0 then core.record.note("not rated", ("standards %s"):format(table.concat(missing, ", "))) end
  return setmetatable({
    standards = standards_frame(scale, found, drafted), missing = missing, questions = questions_frame(scale, found),
    overall = #missing == 0 and has_whole(draft) and new_result(scale, found.overall, {}, show_chances) or nil,
    seed = o.seed, replicates = o.replicates or REPLICATES, notes = notes_of(draft, found, o),
  }, ratings_result)
end

--- Of a scale and counts, of a scale and the questions of a standard, or of a framework.
function posterior.probability(self, what, ...)
  if check.is(self, "Framework") then return of_framework(self, what, ...) end
  local is_counts = check.is(what, "Proportion") or type(what) == "table" and getmetatable(what) == nil and #what == 0
  if is_counts then return of_counts(self, what, ...) end
  return of_standard(self, what, ...)
end

return posterior
