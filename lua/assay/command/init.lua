-- init.lua: the commands of the program that are written in Lua, and how each is found and asked.

local core = require "assay.core"
local check = require "assay.check"

local command = {}

-- Every command has a file of its name beside this one, which returns
--   { usage =, purpose =, details =, declare = function(parser), call = function(words, host) }
-- `declare` says to argparse what words there are; `call` gets them and returns the exit code.
local order = { "rerun", "draw", "verify", "profile", "size", "margin", "interval", "percent", "claims", "help" }

command.DONE, command.FAILED, command.USAGE, command.REFUSED = 0, 1, 2, 3

local function load(word) return require("assay.command." .. word) end

local function complain(message)
  io.stdout:flush()
  io.stderr:write("assay: ", message, "\n")
end

-- ---- the list of commands --------------------------------------------------------------------

--- All commands in the order in which they are shown: the program's own first, its version last.
local function all(host)
  local list = {}
  for i, one in ipairs(host.described) do
    if i < #host.described then list[#list + 1] = one end
  end
  for _, word in ipairs(order) do
    local one = load(word)
    list[#list + 1] = { word = word, flag = one.flag, usage = one.usage, purpose = one.purpose, lua = one }
  end
  list[#list + 1] = host.described[#host.described]
  return list
end

--- The command of that word or flag; nil if there is none.
local function find(host, word)
  for _, one in ipairs(all(host)) do
    if one.word == word or one.flag == word then return one end
  end
end

--- What `assay` alone prints.
function command.overview(host)
  local lines = { "Assay draws inspection samples that prove themselves, and says what they show.", "" }
  for _, one in ipairs(all(host)) do
    lines[#lines + 1] = "  assay " .. one.usage
    lines[#lines + 1] = "      " .. one.purpose
  end
  for _, line in ipairs { "", "For example",
    "  assay run draw.lua --data cases       reads below cases/, writes to out/draw/",
    "  assay rerun out/draw                  runs it again and compares every output",
    "  assay size --population 254 --confidence 80% --margin 5%",
    "                                        how many cases, by the usual formula and exactly",
    "  assay help run                        more about a command",
    "  assay help sample_size                what assay.sample_size takes and gives",
    "  assay help where                      the same for a method" } do
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n") .. "\n"
end

-- ---- reading words ---------------------------------------------------------------------------

local function new_parser(one)
  local found, argparse = pcall(require, "argparse")
  if not found then
    check.fail "this command needs the Lua module argparse: install Debian's package lua-argparse"
  end
  local parser = argparse("assay " .. one.word, one.purpose:gsub("^%l", string.upper) .. ".")
  parser:add_help(false):help_max_width(100):help_description_margin(18):usage_max_width(100)
  one.lua.declare(parser)
  if one.lua.details then parser:epilog(one.lua.details) end
  return parser
end

--- The help of one command, which main asked for by `assay help WORD` or `assay WORD --help`.
local function help_of(one)
  if one.lua then return new_parser(one):get_help() .. "\n" end
  return ("Usage: assay %s\n\n%s.\n%s"):format(one.usage, one.purpose:gsub("^%l", string.upper),
    one.details and "\n" .. one.details or "")
end

--- The help of a command of that word; nil if there is none.
function command.help(host, word)
  local one = find(host, word)
  return one and help_of(one)
end

local function asks_for_help(words)
  for i = 2, #words do
    if words[i] == "--" then return false end
    if words[i] == "-h" or words[i] == "--help" then return true end
  end
  return false
end

--- argparse's words for what was wrong, in ours.
local function refuse(one, message)
  complain(("%s: %s"):format(one.word, message:gsub("\nDid you mean '(.-)'%?", ": did you mean '%1'?")))
  complain(("`assay help %s` says what it takes"):format(one.word))
  return command.USAGE
end

local function refuse_word(host, word)
  local known = {}
  for _, one in ipairs(all(host)) do known[#known + 1], known[#known + 2] = one.word, one.flag end
  local near = check.nearest(word, known)
  complain(("there is no command '%s'%s"):format(core.text.quote(word), near and (": did you mean '%s'?"):format(near) or ""))
  complain "`assay help` lists what there is"
  return command.USAGE
end

--- An error of the library is said as a command says it: with no line of a script.
local function fail(err)
  if type(err) ~= "table" or not err.message then
    complain(tostring(err))
    return command.FAILED
  end
  complain(err.file and not err.message:find(err.file, 1, true) and err.file .. ": " .. err.message or err.message)
  return err.kind == "data" and command.REFUSED or err.kind == "usage" and command.USAGE or command.FAILED
end

local function call(one, words, host)
  local good, read = new_parser(one):pparse(table.move(words, 2, #words, 1, {}))
  if not good then return refuse(one, read) end
  return one.lua.call(read, host)
end

--- Does what the words say and returns the exit code.
function command.main(host, words)
  if #words == 0 then
    io.write(command.overview(host))
    return command.DONE
  end
  local one = find(host, words[1] == "-h" and "--help" or words[1])
  if not one then return refuse_word(host, words[1]) end
  local good, code
  if asks_for_help(words) then
    good, code = pcall(function() io.write(help_of(one)) return command.DONE end)
  else
    good, code = pcall(call, one, words, host)
  end
  return good and code or fail(code)
end

return command
