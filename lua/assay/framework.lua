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
  check.value(name, list, "list")
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
  id = text, name = text, text = text, judged = "boolean", questions = questions, counted = "boolean", note = text,
  verified = "boolean",
})

local function standard(item)
  local s = needs(standard_options(item), "a standard", "id", "name")
  s.judged = s.judged or false
  if s.judged == (s.questions ~= nil) then
    check.fail(("standard '%s' must be either judged or have questions"):format(
      core.text.quote(s.id)), "questions")
  end
  if s.note and not s.judged then
    check.fail(("standard '%s' has questions: 'note' is for one whose rating is given"):format(core.text.quote(s.id)), "note")
  end
  if s.counted == nil then s.counted = true end
  if s.verified == nil then s.verified = true end
  return s
end

local framework_options = check.options("FrameworkOptions", {
  title = text, source = text, scale = "any", values = values,
  standards = function(name, list) return list_of(name, list, standard) end,
})

--- Standards and questions by their ids, which differ throughout.
local function index(standards)
  local by_id, question, counted = {}, {}, false
  local function add(item, into)
    if by_id[item.id] or question[item.id] then
      check.fail(("'%s' stands twice among standards and questions"):format(
        core.text.quote(item.id)), "id")
    end
    into[item.id] = item
  end
  for _, s in ipairs(standards) do
    add(s, by_id)
    counted = counted or s.counted
    for _, q in ipairs(s.questions or {}) do add(q, question) end
  end
  if not counted then check.fail("at least one standard must count towards the overall rating", "counted") end
  return by_id, question
end

-- ---- asking it ---------------------------------------------------------------------------------

-- What each framework is searched by: { standards = by id, questions = by id }.
local indexes = setmetatable({}, { __mode = "k" })

local function standard_named(fw, id)
  if type(id) ~= "string" then
    local said = type(id) == "number" and core.text.number(id) or core.text.quote(tostring(id))
    return check.fail(("the ids of standards are text: write '%s' in quotes"):format(said), "id")
  end
  return indexes[fw].standards[id] or check.unknown("standard", id, indexes[fw].standards)
end

--- The standards that an inspection did not rate, each with the reason; those of the other tables have a rating.
local function check_not_rated(fw, not_rated, ...)
  for _, id in ipairs(check.keys(not_rated)) do
    standard_named(fw, id)
    if not check.value("not_rated", not_rated[id], "text"):find "%S" then
      check.fail(("not_rated needs the reason for standard '%s'"):format(id), id)
    end
    for _, rated in ipairs { ... } do
      if rated[id] then check.fail(("standard '%s' is in not_rated, and has a rating too"):format(id), id) end
    end
  end
end

local function not_rated_note(reason) return "not rated in this inspection: " .. reason end

local methods = { annex = "annex", probability = "posterior" }

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

-- ---- the framework -----------------------------------------------------------------------------

local Framework = check.class("Framework", "fw", methods)
Framework.fields = { "title", "source", "scale", "values", "standards" }

--- How a standard comes to its rating, in words.
local function rated_how(s)
  if s.judged then return s.note or "judged" end
  return #s.questions == 1 and "1 question" or #s.questions .. " questions"
end

function Framework:__tostring()
  local lines, doubtful = { self.title }, {}
  for _, s in ipairs(self.standards) do
    lines[#lines + 1] = ("  %s  %s: %s%s"):format(s.id, s.name, rated_how(s),
      s.counted and "" or "; not counted towards the overall rating")
    if not s.verified then doubtful[#doubtful + 1] = s.id end
  end
  if #doubtful > 0 then lines[#lines + 1] = "names not verified in a source: " .. table.concat(doubtful, ", ") end
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

return {
  framework = framework, standard_named = standard_named, check_not_rated = check_not_rated,
  not_rated_note = not_rated_note,
}
