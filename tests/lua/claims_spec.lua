-- The figures of the 2018 report, as taken down in data/dtv-2018: each stands in the report, and none was missed.
local assay = require "assay"

local root = os.getenv "ASSAY_ROOT" or "."
local folder, press = root .. "/data/dtv-2018/", root .. "/data/press/"

--- Text without footnote numbers, marks and line breaks.
local function plain(text)
  return (text:gsub("<sup>&</sup>lt;", "<"):gsub("<sup>.-</sup>", ""):gsub("<[^>]*>", ""):gsub("%*%*", "")
    :gsub("%s+", " "))
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read "a"
  file:close()
  return text
end

local report = plain(read(folder .. "report.txt"))

local function rows(path)
  local list = {}
  for row in assay.read(path):rows() do list[#list + 1] = row end
  return list
end

local claims, quotes, words = rows(folder .. "claims.csv"), rows(folder .. "quotes.csv"), rows(folder .. "words.csv")

--- What does not stand where it should, in words.
local function missing(list, stands)
  local found = {}
  for _, row in ipairs(list) do
    if not stands(row) then found[#found + 1] = row.id .. ": " .. row.quote end
  end
  return found
end

-- The same number in other words.
local same = { ["0"] = { "zero" }, ["1"] = { "first" }, ["2"] = { "second", "twice" }, ["7"] = { "seven" },
               ["10"] = { "ten" }, ["13"] = { "thirteenth" }, zero = { "none" },
               one = { "a " }, two = { "second" }, all = { "each", "both" }, quarter = { "onequarter" } }

--- Whether each word of a figure stands in the quote.
-- Turkish has no "i" for "I"
local function lower(text) return (text:gsub("[A-Z]", function(c) return string.char(c:byte() + 32) end)) end

local function is_in(says, quote)
  quote = lower(quote)
  for word in lower(says):gmatch "[%w,]+" do
    local there = quote:find(word, 1, true) or quote:find(word:gsub("s$", ""), 1, true)
    for _, other in ipairs(same[word] or {}) do there = there or quote:find(other, 1, true) end
    if not there then return false end
  end
  return true
end

-- ---- what stands in the report and is no figure ------------------------------------------------

-- Numbers that name or date something, as patterns.
local names = {
  "https?://%S+", "%d* ?%u%l+ 20%d%d", "[Ii]n 20%d%d", "of 20%d%d", "%(20%d%d%)", "Act 2014", "Q1", "Annex %d",
  "%d%.%d%.?%d?%.?", "[-#] %d%. ", "%- %d+ Ministry", "4%. ?CRC", "[Dd]omain one", "[Dd]omains two and three",
  "[Dd]omain two", "[Dd]omain three", "Service Level %d+", "ISO 27001", "ISO/IEC 27001", "Academy 3%-13",
  "Level 1 is", "levels 2 and 3", "level 1 qualifications", "[Tt]hird [Ss]ector", "day one",
  "1 Bridge Street West.-M3 3FX", "ISBN.*$",
}

-- Words that count nothing: what is aimed at, asked, or defined.
local no_quantity = {
  "is needed in all cases", "Despite all these strengths", "for all service users", "to all participants in the area",
  "make use of all relevant information", "The most recent survey", "a first work session",
  "release first appointments", "unless some serious event", "in each hub is influenced",
  "that each building provides", "set out how all the requirements", "which were most critical",
  "the services most likely", "delivered services were those most likely", "ensure that all participants receive",
  "each reflecting a core offending pathway", "any or all of the agencies", "as appropriate to each case",
  "each have their own approach", "single and group UPW placements", "Thirteen (housing", "the range of work that they",
  "the volume, range and quality", "an appropriate range of services", "a comprehensive range", "much better service provision",
  "well enough from the outset", "not of good enough quality", "registered the first", "within one of",
}

local counting = {}
for word in ([[one two three four five six seven eight nine ten eleven twelve thirteen thirteenth twenty thirty forty fifty
  sixty seventy eighty ninety hundred thousand first second third thirds half quarter quarters onequarter twice double
  cent average majority minority most mostly many few several some all every each both none almost nearly often rarely
  usually typically normally always sometimes numerous multiple single bulk much little range enough maintained
  limited]]):gmatch "%S+" do
  counting[word] = true
end

local numbers = {}
for word in ([[one two three four five six seven eight nine ten eleven twelve thirteenth seventy ninety half third thirds
  quarter quarters onequarter twice first second]]):gmatch "%S+" do
  numbers[word] = true
end

--- Whether a figure is what makes `word` stand in its quote: a number stands there for itself alone.
local function accounts_for(says, word)
  if not (word:find "^%d" or numbers[word]) or says:lower():find(word, 1, true) then return true end
  for token in says:lower():gmatch "%w+" do
    for _, other in ipairs(same[token] or {}) do
      if other == word then return true end
    end
  end
  return false
end

--- Marks the first bytes of the words where a text, or a pattern, stands; of its numbers only what `says` has, if given.
local function cover(covered, text, says, is_pattern)
  local from, to = report:find(text, 1, not is_pattern)
  while from do
    for at, word in report:sub(from, to):gmatch "()(%w+)" do
      if not says or accounts_for(says, word:lower()) then covered[from + at - 1] = true end
    end
    from, to = report:find(text, to + 1, not is_pattern)
  end
end

--- Numbers and counting words outside the quotes, with what stands around them.
local function missed(passages)
  local covered, says = {}, {}
  for _, row in ipairs(claims) do says[row.id] = tostring(row.says) end
  for _, row in ipairs(passages) do cover(covered, row.quote, says[row.id]) end
  for _, row in ipairs(words) do cover(covered, row.quote) end
  for _, pattern in ipairs(names) do cover(covered, pattern, nil, true) end
  for _, text in ipairs(no_quantity) do cover(covered, text) end
  local found = {}
  local at = report:find "### Foreword" -- before it stand the title and the contents
  for from, word in report:gmatch("()([%w]+)", at) do
    if not covered[from] and (word:find "^%d" or counting[word:lower()]) then
      found[#found + 1] = word .. ": " .. report:sub(from - 40, from + 40)
    end
  end
  return found
end

--- Each claim has a quote, each quote a claim, and the figure stands in it.
local function quoted(figures, passages)
  local quote_of = {}
  for _, row in ipairs(passages) do quote_of[row.id] = row.quote end
  for _, row in ipairs(figures) do
    assert(quote_of[row.id], row.id)
    assert(is_in(tostring(row.says), quote_of[row.id]), ("%s: '%s' in '%s'"):format(row.id, row.says, quote_of[row.id]))
  end
  assert.equal(#figures, #passages)
end

-- ---- the tests ---------------------------------------------------------------------------------

describe("the figures of the report of March 2019", function()
  it("each stand in the report, in the words that are quoted", function()
    local function stands(row) return report:find(row.quote, 1, true) end
    assert.same({}, missing(quotes, stands))
    assert.same({}, missing(words, stands))
  end)

  it("each stand in the quote beside them", function()
    quoted(claims, quotes)
    for _, row in ipairs(words) do assert(is_in(row.says, row.quote), row.id .. ": " .. row.quote) end
  end)

  it("are all there: no number and no counting word of the report stands outside of them", function()
    assert.same({}, missed(quotes))
  end)

  it("would be missed if one were left out", function()
    for _, id in ipairs { "foreword-01", "1.2-11", "1.2-22", "annex1-10", "4.1-07" } do -- the others share a quote
      local fewer = {}
      for _, row in ipairs(quotes) do
        if row.id ~= id then fewer[#fewer + 1] = row end
      end
      assert.equal(1, #missed(fewer), id)
    end
  end)

  it("are those of published.json", function()
    local says = {}
    for _, row in ipairs(claims) do says[row.id] = row.says end
    local published = assay.read_json(folder .. "published.json")
    for _, question in ipairs(published.key_questions) do
      assert.equal(question.percent .. "%", says["annex2-" .. question.id])
    end
    assert.equal(19, #published.key_questions)
  end)
end)

describe("the figures of the press", function()
  local figures = rows(press .. "claims.csv")

  it("each stand in the quote beside them", function() quoted(figures, rows(press .. "quotes.csv")) end)

  it("are those that are added up", function()
    local known, counts = {}, { zero = 0, one = 1, three = 3, two = 2, four = 4, five = 5, six = 6, ten = 10 }
    for _, row in ipairs(figures) do known[row.id] = counts[row.says] or tonumber(row.says) end
    for _, row in ipairs(rows(press .. "sums.csv")) do assert.equal(known[row.claim], row.count, row.claim) end
  end)
end)
