-- framework.lua: what one kind of inspection asks, and the annex of ratings it comes to.

local core = require "assay.core"
local check = require "assay.check"
local shared = require "assay.shared"
local rating = require "assay.rating".rating

-- ---- reading one -------------------------------------------------------------------------------

local function text(name, value)
  check.value(name, value, "text")
  return value:find "%S" and value or check.fail(name .. " must not be empty", name)
end

local value_options = check.options("FrameworkValues", {
  yes = text, no = text, not_applicable = text,
})

local question_options = check.options("FrameworkQuestion", { id = text, text = text })

local function needs(object, what, ...)
  for _, key in ipairs { ... } do
    if object[key] == nil then check.fail(("%s needs '%s'"):format(what, key), key) end
  end
  return object
end

local function values(_, value)
  return needs(value_options(value), "'values'", "yes", "no", "not_applicable")
end

--- A list that is not empty, each element through `read`.
local function list_of(name, list, read)
  check.value(name, list, "table")
  local copy = core.json.list {}
  for i, item in ipairs(list) do copy[i] = read(item) end
  return #copy > 0 and copy or check.fail(("'%s' must hold at least one"):format(name), name)
end

local function questions(name, list)
  return list_of(name, list, function(item)
    return needs(question_options(item), "a question", "id", "text")
  end)
end

local standard_options = check.options("FrameworkStandard", {
  id = text, name = text, text = text, judged = "boolean", questions = questions,
})

local function standard(item)
  local s = needs(standard_options(item), "a standard", "id", "name")
  s.judged = s.judged or false
  if s.judged == (s.questions ~= nil) then
    check.fail(("standard '%s' must be either judged or have questions"):format(
      core.text.quote(s.id)), "questions")
  end
  return s
end

local framework_options = check.options("FrameworkOptions", {
  title = text, source = text, scale = "any", values = values,
  standards = function(name, list) return list_of(name, list, standard) end,
})

--- Standards and questions by their ids, which differ throughout.
local function index(standards)
  local by_id, question = {}, {}
  local function add(item, into)
    if by_id[item.id] or question[item.id] then
      check.fail(("'%s' stands twice among standards and questions"):format(
        core.text.quote(item.id)), "id")
    end
    into[item.id] = item
  end
  for _, s in ipairs(standards) do
    add(s, by_id)
    for _, q in ipairs(s.questions or {}) do add(q, question) end
  end
  return by_id, question
end

-- ---- asking it ---------------------------------------------------------------------------------

-- What each framework is searched by: { standards = by id, questions = by id }.
local indexes = setmetatable({}, { __mode = "k" })

local function standard_named(fw, id)
  return indexes[fw].standards[id] or check.unknown("standard", id, indexes[fw].standards)
end

local methods = { probability = "posterior" }

local function chosen(fw, which)
  if which == nil then return fw.standards end
  local list = {}
  for i, id in ipairs(check.value("standards", which, "texts")) do
    list[i] = standard_named(fw, id)
  end
  return list
end

function methods:questions(which)
  local list = {}
  for _, s in ipairs(chosen(self, which)) do
    for _, q in ipairs(s.questions or {}) do list[#list + 1] = q.id end
  end
  return list
end

function methods:text(id)
  check.value("id", id, "text")
  local of = indexes[self]
  local item = of.questions[id] or of.standards[id]
  if item then return item.text or item.name end
  local all = {}
  for known in next, of.questions do all[known] = true end
  for known in next, of.standards do all[known] = true end
  return check.unknown("standard or question", id, all)
end

-- ---- the annex ---------------------------------------------------------------------------------

local annex_options = check.options("AnnexOptions", {
  judged = "table", discretion = "table", confidence = "share",
})

local columns = {
  "standard", "question", "text", "x", "relevant", "not_applicable", "unanswered", "percent",
  "lower", "upper", "rating", "note",
}

local types = {
  standard = "text", question = "text", text = "text", x = "integer", relevant = "integer",
  not_applicable = "integer", unanswered = "integer", percent = "integer", lower = "number",
  upper = "number", rating = "text", note = "text",
}

--- What was given for standards by id: each known, and rated in that very way.
local function check_given(fw, given, judged, instead)
  for _, id in ipairs(check.keys(given)) do
    if standard_named(fw, id).judged ~= judged then check.fail(instead:format(id), id) end
  end
end

local function surveys_of(list)
  if check.is(list, "Survey") then return { list } end
  for _, survey in ipairs(check.value("the surveys", list, "table")) do
    check.object("each of the surveys", survey, "Survey")
  end
  return list
end

--- The one survey that asked a question; nil if none did.
local function survey_with(surveys, question)
  local found
  for _, survey in ipairs(surveys) do
    if survey:has(question) then
      if found then check.fail(("question '%s' is in two of the surveys"):format(question), question) end
      found = survey
    end
  end
  return found
end

local function question_row(s, q, found)
  if not found then
    return { s.id, q.id, q.text, nil, nil, nil, nil, nil, nil, nil, nil, "in none of the surveys" }
  end
  local notes = table.move(found.flags, 1, #found.flags, 1, {})
  if found.relevant == 0 then table.insert(notes, 1, "no relevant case") end
  return {
    s.id, q.id, q.text, found.x, found.relevant, found.not_applicable, found.unanswered,
    found.percent, found.lower, found.upper, nil, #notes > 0 and table.concat(notes, "; ") or nil,
  }
end

local function standard_row(s, name, note)
  return { s.id, nil, s.name, nil, nil, nil, nil, nil, nil, nil, name, note }
end

--- The rating and note of a judged standard.
local function judge(fw, s, judged)
  if judged[s.id] == nil then return nil, "not rated: no judgement is given" end
  local names = {}
  for i, band in ipairs(fw.scale.bands) do names[i] = band.name end
  return check.one_of("rating", judged[s.id], names), "judged, not rated from percentages"
end

--- Calls a method of the scale for one standard, which errors then name.
local function ask_scale(s, f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local err = results[2]
  if type(err) == "table" and err.message then
    err.message = ("standard '%s': %s"):format(s.id, err.message)
  end
  return error(err, 0)
end

--- The rating and note of a standard from its key questions, and their rows. A standard of which a
--- question was not asked has no rating: that question could be its lowest.
local function rate(fw, s, surveys, discretion, confidence)
  local found, rows, absent, relevant = {}, {}, {}, 0
  for i, q in ipairs(s.questions) do
    local survey = survey_with(surveys, q.id)
    local result = survey and survey:proportion(q.id, { confidence = confidence })
    found[#found + 1] = result
    absent[#absent + 1] = not result and q.id or nil
    relevant = relevant + (result and result.relevant or 0)
    rows[i] = question_row(s, q, result)
  end
  if #absent > 0 then
    return nil, "not rated: no survey has " .. table.concat(absent, ", "), rows
  end
  if relevant == 0 then return nil, "not rated: no question has a relevant case", rows end
  local result = ask_scale(s, fw.scale.standard, fw.scale, found, { discretion = discretion })
  return result.rating, result.note, rows
end

-- Ratings by standard, printed in the order of the framework.
local function new_ratings(order)
  return setmetatable({}, {
    __name = "assay.ratings", __metatable = "assay.ratings",
    __index = function(_, id)
      local known = {}
      for i, s in ipairs(order) do
        if s.id == id then return nil end
        known[i] = s.id
      end
      return check.unknown("standard", id, known)
    end,
    __tostring = function(self)
      local lines = {}
      for i, s in ipairs(order) do
        lines[i] = ("%s  %s: %s"):format(s.id, s.name, self[s.id] or "not rated")
      end
      return table.concat(lines, "\n")
    end,
  })
end

-- The whole where standards have no rating.
local NotRated = check.result("Overall", { "rating", "points", "maximum", "missing" }, function(self)
  return "not rated, because these are not: " .. table.concat(self.missing, ", ")
end)

--- What is printed beneath the annex: ratings, the whole, and what they take for granted.
local function below(ratings, overall, scale)
  local assumed = {}
  for i, rule in ipairs(scale.assumptions) do assumed[i] = rule.id end
  return ("%s\n\noverall: %s%s"):format(tostring(ratings), tostring(overall),
    #assumed > 0 and "\nassumed, not verified: " .. table.concat(assumed, ", ") or "")
end

function methods:annex(surveys, options)
  local o = annex_options(options)
  local judged, discretion = o.judged or {}, o.discretion or {}
  surveys = surveys_of(surveys)
  check_given(self, judged, true, "standard '%s' is rated from its questions: use discretion")
  check_given(self, discretion, false, "standard '%s' is judged: put its rating into judged")
  local rows, ratings, list, missing = {}, new_ratings(self.standards), {}, {}
  for _, s in ipairs(self.standards) do
    local name, note, question_rows
    if s.judged then name, note = judge(self, s, judged)
    else name, note, question_rows = rate(self, s, surveys, discretion[s.id], o.confidence) end
    rawset(ratings, s.id, name)
    if name then list[#list + 1] = name else missing[#missing + 1] = s.id end
    rows[#rows + 1] = standard_row(s, name, note)
    for _, row in ipairs(question_rows or {}) do rows[#rows + 1] = row end
  end
  if #missing > 0 then core.record.note("not rated", ("standards %s"):format(table.concat(missing, ", "))) end
  local overall = #missing == 0 and self.scale:overall(list)
    or setmetatable({ missing = missing }, NotRated)
  local frame = require "assay".frame { columns = columns, rows = rows, types = types }
  rawset(frame, "ratings", ratings)
  rawset(frame, "overall", overall)
  rawset(frame, "_below", below(ratings, overall, self.scale))
  return frame
end

-- ---- the framework -----------------------------------------------------------------------------

local Framework = check.class("Framework", "fw", methods)
Framework.fields = { "title", "source", "scale", "values", "standards" }

function Framework:__tostring()
  local lines = { self.title }
  for _, s in ipairs(self.standards) do
    lines[#lines + 1] = ("  %s  %s: %s"):format(s.id, s.name,
      s.judged and "judged" or #s.questions == 1 and "1 question" or #s.questions .. " questions")
  end
  return table.concat(lines, "\n")
end

local function build(value)
  local fw = needs(framework_options(value), "a framework", "title", "scale", "standards")
  fw.values = fw.values or { yes = "Yes", no = "No", not_applicable = "NA" }
  local by_id, question = index(fw.standards)
  return fw, { standards = by_id, questions = question }
end

local function framework(from)
  if check.is(from, "Framework") then return from end
  local value, path = from, nil
  if type(from) == "string" then value, path = shared.find("frameworks", from) end
  if type(value) ~= "table" then
    return check.fail("a framework is a name, the name of a .json file, or a table", "framework")
  end
  local fw, searched = shared.blame(path, build, value)
  fw.scale = rating.scale(fw.scale)
  indexes[fw] = searched
  return setmetatable(fw, Framework)
end

return { framework = framework }
