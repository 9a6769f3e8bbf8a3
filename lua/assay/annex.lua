-- annex.lua: the annex of an inspection: what each standard is rated, and from which percentages.

local core = require "assay.core"
local check = require "assay.check"
local framework = require "assay.framework"
local of_rating = require "assay.rating"
local rating = of_rating.rating
local table_text = require "assay.report.table"
local together = require "assay.surveys"

local annex = {}

local standard_named = framework.standard_named

-- ---- what is asked -----------------------------------------------------------------------------

local annex_options = check.options("AnnexOptions", {
  judged = "table", discretion = "table", not_rated = "table", confidence = "share", rounding = { "half_up", "none" },
  by = "texts",
})

--- What was given for standards by id: each known, and rated in that very way.
local function check_given(fw, given, judged, instead)
  for _, id in ipairs(check.keys(given)) do
    if standard_named(fw, id).judged ~= judged then check.fail(instead:format(id), id) end
  end
end

-- ---- rating ------------------------------------------------------------------------------------

--- The rating and note of a judged standard.
local function judge(scale, s, judged)
  if judged == nil then return nil, "not rated: no judgement is given" end
  local names = {}
  for i, band in ipairs(scale.bands) do names[i] = band.name end
  return check.one_of("rating", judged, names), s.note or "judged, not rated from percentages"
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

--- Why a standard cannot be rated from these answers, or nil. One of which a question was not asked has no rating: that
--- question could be its lowest. `asked` has the questions of any survey where only a group's answers are looked at.
local function why_unrated(s, found, asked)
  local absent, apart, relevant = {}, {}, 0
  for i, q in ipairs(s.questions) do
    local to = asked and asked[q.id] and apart or absent
    to[#to + 1] = not found[i] and q.id or nil
    relevant = relevant + (found[i] and found[i].relevant or 0)
  end
  if #absent > 0 then return "not rated: no survey has " .. table.concat(absent, ", ") end
  if #apart > 0 then return "not rated: no case of this group in the survey of " .. table.concat(apart, ", ") end
  return relevant == 0 and "not rated: no question has a relevant case" or nil
end

--- The rating and note of a standard from the answers to its key questions, and what the scale says of it.
local function rate(scale, s, found, discretion, asked)
  local why = why_unrated(s, found, asked)
  if not why then
    local result = ask_scale(s, scale.standard, scale, found, { discretion = discretion })
    return result.rating, result.note, result
  end
  if discretion == nil then return nil, why end
  ask_scale(s, scale.standard, scale, { 0 }, { discretion = discretion }) -- whether it is one at all
  return nil, why .. "; its discretion is not used: there is no percentage to depart from"
end

--- What was answered to each question of a standard; false where no survey asked it.
local function answers_to(s, surveys, confidence)
  local list = {}
  for i, q in ipairs(s.questions or {}) do
    local _, survey = together.place(surveys, q.id)
    list[i] = survey and survey:proportion(q.id, { confidence = confidence }) or false
  end
  return list
end

--- Each standard with what was found of it: { standard =, answers =, rating =, note =, left_out = }.
local function rate_all(fw, scale, surveys, o)
  local list = {}
  for i, s in ipairs(fw.standards) do
    local one = { standard = s, answers = answers_to(s, surveys, o.confidence) }
    if o.not_rated[s.id] then
      one.note, one.left_out = framework.not_rated_note(o.not_rated[s.id]), true
    elseif s.judged then
      one.rating, one.note = judge(scale, s, o.judged[s.id])
    else
      one.rating, one.note = rate(scale, s, one.answers, o.discretion[s.id])
    end
    if one.rating and not s.counted then
      one.note = (one.note and one.note .. "; " or "") .. "not counted towards the overall rating"
    end
    list[i] = one
  end
  return list
end

-- ---- the whole ---------------------------------------------------------------------------------

-- The whole where standards have no rating.
local NotRated = check.result("Overall", of_rating.overall_fields, function(self)
  if #self.missing == 0 then return "not rated, because no standard is that counts" end
  return "not rated, because these are not: " .. table.concat(self.missing, ", ")
end)

--- The overall rating of those that count; without one where any of them has none.
local function overall_of(scale, rated)
  local list, missing, unrated = {}, {}, {}
  for _, one in ipairs(rated) do
    if not one.left_out then
      if not one.rating then unrated[#unrated + 1] = one.standard.id end
      if one.standard.counted then
        local to = one.rating and list or missing
        to[#to + 1] = one.rating or one.standard.id
      end
    end
  end
  if #unrated > 0 then core.record.note("not rated", ("standards %s"):format(table.concat(unrated, ", "))) end
  if #missing > 0 or #list == 0 then return setmetatable({ missing = missing }, NotRated) end
  return scale:overall(list)
end

-- Ratings by standard, printed in the order of the framework.
local function new_ratings(rated)
  local ratings = {}
  for _, one in ipairs(rated) do ratings[one.standard.id] = one.rating end
  return setmetatable(ratings, {
    __name = "assay.ratings", __metatable = "assay.ratings",
    __index = function(_, id)
      local known = {}
      for i, one in ipairs(rated) do
        if one.standard.id == id then return nil end
        known[i] = one.standard.id
      end
      return check.unknown("standard", id, known)
    end,
    __tostring = function(self)
      local lines = {}
      for i, one in ipairs(rated) do
        lines[i] = ("%s  %s: %s"):format(one.standard.id, one.standard.name, self[one.standard.id] or "not rated")
      end
      return table.concat(lines, "\n")
    end,
  })
end

-- ---- as a frame --------------------------------------------------------------------------------

local columns = {
  "standard", "question", "text", "x", "relevant", "not_applicable", "unanswered", "percent",
  "lower", "upper", "rating", "note",
}

local types = {
  standard = "text", question = "text", text = "text", x = "integer", relevant = "integer",
  not_applicable = "integer", unanswered = "integer", percent = "integer", lower = "number",
  upper = "number", rating = "text", note = "text",
}

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

local function rows_of(rated)
  local rows = {}
  for _, one in ipairs(rated) do
    local s = one.standard
    rows[#rows + 1] = { s.id, nil, s.name, nil, nil, nil, nil, nil, nil, nil, one.rating, one.note }
    for i, q in ipairs(s.questions or {}) do rows[#rows + 1] = question_row(s, q, one.answers[i]) end
  end
  return rows
end

-- ---- by groups ---------------------------------------------------------------------------------

--- What the groups are told apart by: their values, each with its length, so that no two are taken for one.
local function group_key(row, by)
  local parts = {}
  for i, column in ipairs(by) do
    local text = tostring(row[column])
    parts[i] = ("%s:%d:%s"):format(type(row[column]), #text, text)
  end
  return table.concat(parts)
end

--- Each group in the order in which it comes first, { row =, answers = by question }, from the framework's questions
--- in every survey; and those columns that are private in one of them.
local function groups_of(fw, surveys, o)
  local groups, known, private = {}, {}, {}
  for _, survey in ipairs(surveys) do
    local asked = {}
    for _, id in ipairs(fw:questions()) do
      if survey:has(id) then asked[#asked + 1] = id end
    end
    local found = #asked > 0 and survey:proportions(asked, { by = o.by, confidence = o.confidence })
    for _, column in ipairs(found and o.by or {}) do
      if found.private[column] then private[#private + 1] = column end
    end
    for row in (found and found:rows() or function() end) do
      local key = group_key(row, o.by)
      if not known[key] then
        known[key] = { row = row, answers = {} }
        groups[#groups + 1] = known[key]
      end
      known[key].answers[row.question] = row
    end
  end
  return groups, private
end

--- The rating of one standard in one group, from its percentages alone.
local function rate_group(scale, s, group, asked)
  local found = {}
  for i, q in ipairs(s.questions) do found[i] = group.answers[q.id] or false end
  local name, note, result = rate(scale, s, found, nil, asked)
  local driver = result and found[result.driver] or {}
  local notes = { note }
  if driver.flags and driver.flags ~= "" then notes[#notes + 1] = driver.flags end
  for _, reason in ipairs(result and result.reasons or {}) do
    if reason == "small_sample" then notes[#notes + 1] = "few relevant cases" end
  end
  return { s.id, s.name, driver.question, driver.x, driver.relevant, driver.percent, name,
           #notes > 0 and table.concat(notes, "; ") or nil }
end

local group_types = {
  standard = "text", name = "text", question = "text", x = "integer", relevant = "integer", percent = "integer",
  rating = "text", note = "text",
}

--- A row for each group and standard that is rated from answers: its lowest question, and what that comes to.
local function rate_groups(fw, scale, surveys, o)
  local of, rows = table.move(o.by, 1, #o.by, 1, {}), {}
  for _, name in ipairs { "standard", "name", "question", "x", "relevant", "percent", "rating", "note" } do
    of[#of + 1] = name
  end
  local asked = {}
  for _, id in ipairs(fw:questions()) do asked[id] = together.place(surveys, id) ~= nil end
  local groups, private = groups_of(fw, surveys, o)
  for _, group in ipairs(groups) do
    for _, s in ipairs(fw.standards) do
      if s.questions and not o.not_rated[s.id] then
        local row = {}
        for i, column in ipairs(o.by) do row[i] = group.row[column] end
        rows[#rows + 1] = table.move(rate_group(scale, s, group, asked), 1, 8, #o.by + 1, row)
      end
    end
  end
  return require "assay".frame { columns = of, rows = rows, types = group_types, private = private }
end

-- ---- as it is printed --------------------------------------------------------------------------

-- The wording takes at most so many columns of the printed annex.
local WORDING = 76

--- Footnotes in the order in which they are first asked for: `mark(text)` gives " [1]", the same for the same text.
local function new_footnotes()
  local texts, number = {}, {}
  return texts, function(text)
    if not text then return "" end
    if not number[text] then
      texts[#texts + 1] = text
      number[text] = #texts
    end
    return (" [%d]"):format(number[text])
  end
end

--- The questions of which `count(answer)` says a number, each with it, behind these words; nil if there are none.
local function list_note(rated, words, count)
  local parts = {}
  for _, one in ipairs(rated) do
    for i, q in ipairs(one.standard.questions or {}) do
      local n = one.answers[i] and count(one.answers[i])
      if n then parts[#parts + 1] = ("%s (%d)"):format(q.id, n) end
    end
  end
  return #parts > 0 and words .. table.concat(parts, ", ") or nil
end

--- Which questions did not apply to every case, and which were left blank: nobody knows whether those applied.
local function notes_of(rated)
  return {
    part = list_note(rated, "percentages of the relevant cases alone, those to which the question applies: ",
      function(found) return found.not_applicable > 0 and found.relevant end),
    blank = list_note(rated, "unanswered cases, which are not among the relevant ones: ",
      function(found) return found.unanswered > 0 and found.unanswered end),
  }
end

local function percent_cell(found, mark, notes)
  if not found then return "NA" .. mark "in none of the surveys" end
  if found.relevant == 0 then return "NA" .. mark "no relevant case" end
  local cell = ("%d%%"):format(found.percent)
  if found.not_applicable > 0 then cell = cell .. mark(notes.part) end
  if found.unanswered > 0 then cell = cell .. mark(notes.blank) end
  return cell
end

--- Wording over as many lines as it needs, set in by so many columns.
local function wording_cell(text, indent)
  return (table_text.wrap(table_text.printable(text), WORDING - #indent):gsub("[^\n]+", indent .. "%0"))
end

local function printed_lines(rated, mark)
  local lines, notes = {}, notes_of(rated)
  for _, one in ipairs(rated) do
    local s = one.standard
    local wording = wording_cell(("%s. %s"):format(s.id, s.name), "")
    if s.text then wording = wording .. "\n" .. wording_cell(s.text, "") end
    lines[#lines + 1] = { wording, table_text.printable(one.rating or "not rated") .. mark(one.note) }
    for i, q in ipairs(s.questions or {}) do
      lines[#lines + 1] = { wording_cell(("%s. %s"):format(q.id, q.text), "  "),
                            percent_cell(one.answers[i], mark, notes) }
    end
  end
  return lines
end

local function doubtful_ids(fw)
  local ids = {}
  for _, s in ipairs(fw.standards) do
    if not s.verified then ids[#ids + 1] = s.id end
  end
  return ids
end

--- Standards with their wording and ratings, questions with theirs and their per cents; footnotes, the whole,
--- and what it takes for granted.
local function print_annex(fw, scale, rated, overall, groups)
  local footnotes, mark = new_footnotes()
  local lines = printed_lines(rated, mark)
  local out = { table_text.lines({ { name = "standard / key question" }, { name = "rating / % yes" } }, lines) }
  for i, text in ipairs(footnotes) do out[#out + 1] = ("[%d] %s"):format(i, table_text.printable(text)) end
  out[#out + 1] = "\noverall: " .. (overall.rating and of_rating.overall_words(overall) or tostring(overall))
  local assumed = {}
  for i, rule in ipairs(scale.assumptions) do assumed[i] = rule.id end
  if #assumed > 0 then out[#out + 1] = "assumed, not verified: " .. table.concat(assumed, ", ") end
  local doubtful = doubtful_ids(fw)
  if #doubtful > 0 then out[#out + 1] = "names not verified in a source: " .. table.concat(doubtful, ", ") end
  if groups then
    out[#out + 1] = "\nby group, from the percentages alone: judgement and discretion are of the whole\n" .. tostring(groups)
  end
  return table.concat(out, "\n")
end

-- ---- the annex ---------------------------------------------------------------------------------

function annex.annex(fw, surveys, options)
  local o = annex_options(options)
  o.judged, o.discretion, o.not_rated = o.judged or {}, o.discretion or {}, o.not_rated or {}
  surveys = together.list(surveys)
  check_given(fw, o.judged, true, "standard '%s' is rated from its questions: use discretion")
  check_given(fw, o.discretion, false, "standard '%s' is judged: put its rating into judged")
  framework.check_not_rated(fw, o.not_rated, o.judged, o.discretion)
  local scale = o.rounding and rating.scale(fw.scale, { rounding = o.rounding }) or fw.scale
  local rated = rate_all(fw, scale, surveys, o)
  local overall = overall_of(scale, rated)
  local frame = require "assay".frame { columns = columns, rows = rows_of(rated), types = types }
  rawset(frame, "ratings", new_ratings(rated))
  rawset(frame, "overall", overall)
  local groups = o.by and rate_groups(fw, scale, surveys, o)
  rawset(frame, "groups", groups)
  rawset(frame, "_print", function() return print_annex(fw, scale, rated, overall, groups) end)
  return frame
end

return annex
