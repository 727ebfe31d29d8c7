" Agreements of Serai: :help is doc/agreement-tools.md. Faults by :make with
"   setlocal makeprg=serai\ agreement\ check\ % errorformat=%f:%l:%c:\ %m
if exists('b:current_syntax')
  finish
endif

syntax match agreementComment /#.*$/ contains=@Spell
syntax region agreementText start=/"/ skip=/\\./ end=/"/ oneline contains=@Spell
syntax match agreementHead /^\s*\(agreement\|parties\|in force\|trust\|records\|words for\|define\|case\|article\|permission\|table\)\>/
syntax match agreementLine /^\s*\(title\|note\|text\|when\|allow\|recognise\|require\|except\|reservation of\|duty\|notify\|asking\|example\|given\|gives\)\>/
syntax match agreementWord /\<\(and\|or\|not\|is\|in\|by\|with permission\|per visit\|in any\|at least\|at most\|more than\|less than\|or later\|or earlier\|before\|after\|today\|between\|nationals of\|entering\|not bound\|because\|missing\|without\)\>/
syntax match agreementFact /\<\(traveller\|document\|chip\|permission\|travel\|evidence\|licence\|driver\|vehicle\|quota\)\.[a-z]\+/
syntax match agreementState /\<[A-Z][A-Z]\>/
syntax match agreementNumber /\<[0-9]\+\(-[0-9][0-9]-[0-9][0-9]\)\?\>/
syntax match agreementVerdict /\<\(admit\|refer\|recognised\( with restrictions\)\?\|not recognised\)\>/

highlight default link agreementComment Comment
highlight default link agreementText String
highlight default link agreementHead Keyword
highlight default link agreementLine Statement
highlight default link agreementWord Operator
highlight default link agreementFact Identifier
highlight default link agreementState Constant
highlight default link agreementNumber Number
highlight default link agreementVerdict Special

setlocal makeprg=serai\ agreement\ check\ % errorformat=%f:%l:%c:\ %m
setlocal formatprg=serai\ agreement\ format\ /dev/stdin
setlocal expandtab shiftwidth=2 commentstring=#\ %s
let b:current_syntax = 'agreement'
