package seed

// Names, in Korean with how they are written in plain letters.
var (
	families = [][2]string{{"김", "kim"}, {"이", "lee"}, {"박", "park"}, {"최", "choi"}, {"정", "jung"}, {"강", "kang"}, {"조", "cho"}, {"윤", "yoon"},
		{"장", "jang"}, {"임", "lim"}, {"한", "han"}, {"오", "oh"}, {"서", "seo"}, {"신", "shin"}, {"권", "kwon"}, {"황", "hwang"}, {"안", "ahn"},
		{"송", "song"}, {"류", "ryu"}, {"홍", "hong"}, {"남궁", "namgung"}}
	givens = [][2]string{{"서연", "seoyeon"}, {"민준", "minjun"}, {"지우", "jiwoo"}, {"하늘", "haneul"}, {"도윤", "doyun"}, {"서준", "seojun"}, {"하은", "haeun"},
		{"지호", "jiho"}, {"수아", "sua"}, {"예준", "yejun"}, {"지민", "jimin"}, {"현우", "hyunwoo"}, {"유진", "yujin"}, {"은서", "eunseo"}, {"건우", "gunwoo"},
		{"채원", "chaewon"}, {"우진", "woojin"}, {"소율", "soyul"}, {"지훈", "jihoon"}, {"나연", "nayeon"}, {"승현", "seunghyun"}, {"다은", "daeun"},
		{"준서", "junseo"}, {"가영", "gayoung"}, {"태윤", "taeyun"}, {"미경", "mikyung"}, {"영호", "youngho"}, {"정숙", "jungsook"}, {"상철", "sangchul"},
		{"혜진", "hyejin"}, {"동현", "donghyun"}, {"보람", "boram"}, {"성민", "sungmin"}, {"아름", "areum"}, {"재혁", "jaehyuk"}, {"윤아", "yuna"},
		{"슬기", "seulgi"}, {"경호", "kyungho"}, {"시우", "siwoo"}, {"주희", "juhee"}}
	firstNames = []string{"Emma", "Liam", "Olivia", "Noah", "Ava", "Ethan", "Mia", "Lucas", "Sophie", "Daniel", "Hannah", "David", "Grace", "Ben", "Chloe",
		"Marco", "Yuki", "Priya", "Tomás", "Ingrid", "Ahmed", "Zoë"}
	lastNames = []string{"Smith", "Johnson", "Brown", "Garcia", "Miller", "Wilson", "Anderson", "Taylor", "Martin", "Lewis", "Walker", "Young", "Tanaka", "Sharma",
		"Novák", "Fischer", "Rossi", "Dubois", "O'Brien", "Nguyen"}
	mailHosts = []string{"naver.example", "mail.example", "hanbit.example", "office.example", "shop.example"}
)

// profiles are the values of profile fields by their keys.
var profiles = map[string][]string{
	"company": {"봄날 카페", "한빛물산", "동네서점 오후", "초록마트", "하늘정형외과", "미래전자", "달빛빵집", "서울가구", "푸른학원", "Acme Trading", "Northwind", "Blue Harbor",
		"바다횟집", "새봄꽃집", "정든부동산", "Studio Nine"},
	"plan":   {"Basic", "Standard", "Gold", "Gold", "Enterprise", "체험"},
	"city":   {"서울", "서울", "부산", "인천", "대구", "대전", "광주", "수원", "제주", "춘천", "Tokyo", "New York"},
	"grade":  {"일반", "VIP", "신규"},
	"region": {"수도권", "영남", "호남", "강원", "제주"},
}

// tags of conversations; those that come often stand there more than once.
var tags = []string{"환불", "환불", "배송", "배송", "배송", "결제", "결제", "교환", "예약", "견적", "해지", "설치", "기술지원", "불만", "VIP", "세금계산서", "재문의", "refund", "delivery", "invoice"}

// notes that agents write after a talk. %s is a colleague's name.
var notes = []string{
	"카드 결제 환불 요청. 영업일 3일 안에 처리된다고 안내함.",
	"배송지 변경 요청, 물류팀에 전달함.",
	"내일 오전에 다시 전화 드리기로 함.",
	"제품 초기 불량으로 보임. 교환 접수 완료.",
	"견적서 이메일로 발송 예정. 수량 50개.",
	"세금계산서 재발행 요청.",
	"고객이 많이 기다리셔서 화가 나 계셨음. 쿠폰 지급함.",
	"설치 기사 방문 일정: 다음 주 화요일 오후.",
	"해지 문의였으나 요금제 변경으로 유지하기로 함.",
	"주소 확인 완료. 송장 번호 문자로 안내함.",
	"결제 오류 재현됨. 개발팀 확인 필요.",
	"통화 품질이 좋지 않아 다시 걸기로 함.",
	"예약 날짜를 금요일 3시로 변경함.",
	"신규 도입 상담. 월 20석 규모, 경쟁사 비교 중.",
	"Refund for order 20431 approved, 3 business days.",
	"Wants an English invoice. Sent the form by e-mail.",
	"Delivery was late again; offered free shipping next time.",
	"Asked about the enterprise plan. Call back after the holidays.",
}

// mentioning are notes that name a colleague.
var mentioning = []string{
	"@%s 확인 부탁드려요. 고객이 오늘 안에 답을 원하세요.",
	"@%s 지난번 상담 이어서 봐 주세요.",
	"@%s could you take this one? The customer speaks English.",
	"환불 금액이 커서 @%s 님 승인 필요.",
}

var blockReasons = []string{"광고 전화", "반복 장난전화", "abusive", "스팸"}
