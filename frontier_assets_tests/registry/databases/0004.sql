BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE approvals (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	stage VARCHAR(20) NOT NULL, 
	payload TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	signer TEXT NOT NULL, 
	"key" VARCHAR(100) NOT NULL, 
	nonce VARCHAR(100) NOT NULL, 
	added_by TEXT NOT NULL, 
	added_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_approvals_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_approvals_nonce_key UNIQUE (nonce, "key")
);
CREATE TABLE artifacts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	members TEXT NOT NULL, 
	details TEXT NOT NULL, 
	outcome VARCHAR(20), 
	outcome_detail TEXT NOT NULL, 
	measures TEXT NOT NULL, 
	verified_at VARCHAR(32), 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	run_id TEXT, 
	CONSTRAINT fk_artifacts_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
INSERT INTO "artifacts" VALUES(1,1,'onnx','ed5a97afd4b840a1088ef3f19b22d061e2b74e833b92c72058edfbf3d63dfda2','default',1245,1710,'["model.onnx"]','{"key":"768521ac8a942c926878a483212acb504fea4a607cb1b6a5e30f3876c4601bf1","source_digest":"d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1"}','passed','largest difference 2.68e-07 over 406 rows in batches of 1, 7, 64','{"accuracy_drop":0.0,"max_abs":2.682209014892578e-07,"max_rel":0.0006053268765133172,"row_error":1.505314971442749e-07,"rows":406.0,"top1_agreement":1.0}','2026-11-21T09:00:05.252271+00:00','2026-11-21T09:00:05.066503+00:00','sensor:new_versions','c48b748a-efe4-4f5f-ae54-f818eff5a236');
INSERT INTO "artifacts" VALUES(2,2,'onnx','b508501a78a962b4f51b423bb0387118098ca016860678ede11989337eb33d44','default',518720,519158,'["model.onnx"]','{"key":"2e79489d014387becc8f463e91f12a540a40d4c5467b495d02087554885fdc26","source_digest":"62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383"}','passed','largest difference 9.54e-06 over 784 rows in batches of 1, 7, 64','{"accuracy_drop":0.0,"max_abs":9.5367431640625e-06,"max_rel":0.0004750101479440697,"row_error":5.500565183164409e-07,"rows":784.0,"top1_agreement":1.0}','2026-11-21T09:00:20.594433+00:00','2026-11-21T09:00:20.484768+00:00','sensor:new_versions','5c860f97-a0f2-4333-afdf-414413e61ac7');
INSERT INTO "artifacts" VALUES(3,2,'onnx_fp16','9edd227b1ec9f70a91989b3a0d9c2212d63ff59e9c2cae8b1b8aec2034b245fa','default',260710,261174,'["model.onnx"]','{"key":"1654b3572d33526addc2e6cd4872b1c23bf7dfa21f5497415e286471cbb5d520","source_digest":"62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383"}','passed','largest difference 0.00252 over 784 rows in batches of 1, 7, 64','{"accuracy_drop":0.0,"max_abs":0.002520442008972168,"max_rel":1.73500479328422,"row_error":0.00022442567828177788,"rows":784.0,"top1_agreement":1.0}','2026-11-21T09:00:22.542962+00:00','2026-11-21T09:00:22.434014+00:00','sensor:new_versions','5c860f97-a0f2-4333-afdf-414413e61ac7');
INSERT INTO "artifacts" VALUES(4,2,'onnx_int8','d1399070925ae9030f2add3203bb9e2c5827d2d61371d4a24ed72c99b60bec19','default',140585,141046,'["model.onnx"]','{"key":"ac1bd1cad180c0313d3b17fbd0b0993619b0afbfdc2a9284d69a5d53fcf030f1","source_digest":"62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383"}','passed','largest difference 0.1 over 784 rows in batches of 1, 7, 64','{"accuracy_drop":0.0,"max_abs":0.10019683837890625,"max_rel":4.263577578827003,"row_error":0.011055216078521094,"rows":784.0,"top1_agreement":1.0}','2026-11-21T09:00:24.368024+00:00','2026-11-21T09:00:24.293336+00:00','sensor:new_versions','5c860f97-a0f2-4333-afdf-414413e61ac7');
INSERT INTO "artifacts" VALUES(5,2,'openvino','fd5cededfa217c3aea7a694aea36916f5d6d5beb04498187c15dc12a424c0766','default',528200,528886,'["model.bin","model.xml"]','{"key":"53722cf85e954395cecfd10bf3049dcee0e4a482bc7f021344d63046f430a9fb","source_digest":"62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383"}','passed','largest difference 7.63e-06 over 784 rows in batches of 1, 7, 64','{"accuracy_drop":0.0,"max_abs":7.62939453125e-06,"max_rel":0.0019129954139929352,"row_error":4.217517897691188e-07,"rows":784.0,"top1_agreement":1.0}','2026-11-21T09:00:26.631019+00:00','2026-11-21T09:00:26.362710+00:00','sensor:new_versions','5c860f97-a0f2-4333-afdf-414413e61ac7');
CREATE TABLE attachments (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	run_id TEXT, 
	CONSTRAINT fk_attachments_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_attachments_version_id_name UNIQUE (version_id, name)
);
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model VARCHAR(100) NOT NULL, 
	sequence INTEGER NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	version VARCHAR(150), 
	actor TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	run_id TEXT, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	previous_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT uq_audit_model_sequence UNIQUE (model, sequence)
);
INSERT INTO "audit" VALUES(1,'breast_cancer',1,'model_created',NULL,'root','',NULL,'{}','{"name":"breast_cancer"}','2026-11-21T08:59:49.080768+00:00','0000000000000000000000000000000000000000000000000000000000000000','9277c4af1655c79bee08a50db1b71a7508fc317a0b04f19a7633f6dee9bef144');
INSERT INTO "audit" VALUES(2,'breast_cancer',2,'policy_recorded',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{"policy_digest":null}','{"policy_digest":"ba5ee1b13a3aa4f0b4196fa4e8c2f12ace126755e2bffe7bd256dfa81411b657"}','2026-11-21T08:59:49.086295+00:00','9277c4af1655c79bee08a50db1b71a7508fc317a0b04f19a7633f6dee9bef144','a55d775ac21f8ae7f2dba3d5c5dbba31d50706da702dbcb25a9a675f12f44701');
INSERT INTO "audit" VALUES(3,'breast_cancer',3,'training_started',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"name":"2e72b4dfcd2a","status":"training"}','2026-11-21T08:59:49.089573+00:00','a55d775ac21f8ae7f2dba3d5c5dbba31d50706da702dbcb25a9a675f12f44701','90038ee63ec65ed8766aa73a674c152112f8d0ade77b3a52eeb8a2658d33b734');
INSERT INTO "audit" VALUES(4,'digits_classifier',1,'model_created',NULL,'root','',NULL,'{}','{"name":"digits_classifier"}','2026-11-21T08:59:50.773618+00:00','0000000000000000000000000000000000000000000000000000000000000000','c13d7705d218685140a1f2d79aff53bae71105296ff00517e2ffacf561b284a0');
INSERT INTO "audit" VALUES(5,'digits_classifier',2,'policy_recorded',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{"policy_digest":null}','{"policy_digest":"16f5e33f364e00fea3f87236dbe9a6387563b15fb0a05702cfa67315d21a0d58"}','2026-11-21T08:59:50.777123+00:00','c13d7705d218685140a1f2d79aff53bae71105296ff00517e2ffacf561b284a0','d28abb85ebd82e98ddb81687ec2c17e74bfa82a3d4949e6406b122e0c7a5de3d');
INSERT INTO "audit" VALUES(6,'digits_classifier',3,'training_started',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"name":"1453eb799fe7","status":"training"}','2026-11-21T08:59:50.781600+00:00','d28abb85ebd82e98ddb81687ec2c17e74bfa82a3d4949e6406b122e0c7a5de3d','0c5bf6dc8491bbf3dbdce2e14285da848ddfcabe21e8d02419a70bd3df891199');
INSERT INTO "audit" VALUES(7,'breast_cancer',4,'checkpoint_saved',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"digest":"c44227f9174aa34ec2197453e010ab23c06dc4693e407c0dd869c31f4fd79c9c","key":"2e72b4dfcd2a-step-1","metrics":{"accuracy":0.9496835443037975,"loss":0.20014785528182982}}','2026-11-21T08:59:52.151714+00:00','90038ee63ec65ed8766aa73a674c152112f8d0ade77b3a52eeb8a2658d33b734','fe8525436405e38816d0d87510ef61b1f02fa6a0274a83d63557758b5c20a31e');
INSERT INTO "audit" VALUES(8,'breast_cancer',5,'checkpoint_saved',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"digest":"f050ee18a1ce8ad24ba0610ed13e95996a10e9406995c17a7bac8c541e4a3b3a","key":"2e72b4dfcd2a-step-2","metrics":{"accuracy":0.959746835443038,"loss":0.146615369617939}}','2026-11-21T08:59:52.235261+00:00','fe8525436405e38816d0d87510ef61b1f02fa6a0274a83d63557758b5c20a31e','87049e0931f5a5ba01eb48a686ec960fafa1b91fed4517f7fb58c61a481b977c');
INSERT INTO "audit" VALUES(9,'breast_cancer',6,'checkpoint_saved',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"digest":"d107ea70a7edf266d5543f268254e7190b4a3b36eefaa46f2b382c63c2c0bc56","key":"2e72b4dfcd2a-step-3","metrics":{"accuracy":0.9724050632911393,"loss":0.11215415447950364}}','2026-11-21T08:59:52.350649+00:00','87049e0931f5a5ba01eb48a686ec960fafa1b91fed4517f7fb58c61a481b977c','187a10a1d70b98002a8915ed7c16eb9fe1960ad96b98e4365487c0e70c49a6fc');
INSERT INTO "audit" VALUES(10,'breast_cancer',7,'checkpoint_saved',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"digest":"0b2a10c282d7164e7075c2b0f294b4c01ac9bdf4dbe7ae3d9ac7ebf3c4a6a1fb","key":"2e72b4dfcd2a-step-4","metrics":{"accuracy":0.9774367088607596,"loss":0.09748076051473617}}','2026-11-21T08:59:52.430411+00:00','187a10a1d70b98002a8915ed7c16eb9fe1960ad96b98e4365487c0e70c49a6fc','cd2ee63b9e1a320efb6bc99643c11cad06d6a7ae5b9d6f91b175cd094902f302');
INSERT INTO "audit" VALUES(11,'breast_cancer',8,'checkpoint_saved',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"digest":"35aa65482921b765ebfb9ce1fc91c7da1eed05d1a7598bd89ece75933c2448e4","key":"2e72b4dfcd2a-step-5","metrics":{"accuracy":0.9824367088607595,"loss":0.09440943002700805}}','2026-11-21T08:59:52.540447+00:00','cd2ee63b9e1a320efb6bc99643c11cad06d6a7ae5b9d6f91b175cd094902f302','aa5d82fb0ab4f48ea56a0fc0cf8b3cd3ca4dcd333b5e30d099c41a3403e5e65f');
INSERT INTO "audit" VALUES(12,'breast_cancer',9,'checkpoint_saved',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"digest":"0c97943dd9dec3c15b7683b834502d9fde96599fe0109dae971aff198733ecfc","key":"2e72b4dfcd2a-step-6","metrics":{"accuracy":0.9799050632911392,"loss":0.10224876068532467}}','2026-11-21T08:59:52.630345+00:00','aa5d82fb0ab4f48ea56a0fc0cf8b3cd3ca4dcd333b5e30d099c41a3403e5e65f','c8ce3126e5f7d36dc9a543a55fa0c36108ab4ecfe83500e8dc9c3be040154d1d');
INSERT INTO "audit" VALUES(13,'breast_cancer',10,'checkpoint_saved',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"digest":"64c11e58864a6f90a71ae13212531595395a184c1f0921c2a6c6651aeea6d2cb","key":"2e72b4dfcd2a-step-7","metrics":{"accuracy":0.9673101265822786,"loss":0.1269273765385151}}','2026-11-21T08:59:52.748651+00:00','c8ce3126e5f7d36dc9a543a55fa0c36108ab4ecfe83500e8dc9c3be040154d1d','1c3489e64a6ca8e2a58daefaa11d44eeb809e1d9c7f30adc07f669da6ec19142');
INSERT INTO "audit" VALUES(14,'breast_cancer',11,'version_registered','1.0.0','root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{}','{"branch":"main","change":"major","change_reason":"the first version","digest":"d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1","merged_from":null,"parent":null}','2026-11-21T08:59:52.790200+00:00','1c3489e64a6ca8e2a58daefaa11d44eeb809e1d9c7f30adc07f669da6ec19142','f2f84855da98129d049d2bd5a303949336c4cda25e00e03ce229ef3cf976b5c3');
INSERT INTO "audit" VALUES(15,'breast_cancer',12,'training_finished',NULL,'root','','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','{"status":"training"}','{"name":"2e72b4dfcd2a","status":"trained","version":"1.0.0"}','2026-11-21T08:59:52.806787+00:00','f2f84855da98129d049d2bd5a303949336c4cda25e00e03ce229ef3cf976b5c3','e1494b4f112e7734957cf7ad1de07d9ba97947d92ddd5b2e6ac5485fe4147878');
INSERT INTO "audit" VALUES(16,'digits_classifier',4,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"e407f67cf5ff5fefcac247636feaf35befe768e30128f8ba9793f5178220e33a","key":"1453eb799fe7-step-20","metrics":{"accuracy":0.9537037014961243,"loss":0.5447961091995239}}','2026-11-21T08:59:55.385423+00:00','0c5bf6dc8491bbf3dbdce2e14285da848ddfcabe21e8d02419a70bd3df891199','4a083a8d0db821f931f928aadb5f0a2a8a298d93549b75d973a0368dd80f3072');
INSERT INTO "audit" VALUES(17,'digits_classifier',5,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"7c099fba69ead971d913c394c2264c686d0fe9672dea531d01b9ca95bddbdd6d","key":"1453eb799fe7-step-40","metrics":{"accuracy":0.9814814925193787,"loss":0.10404738038778305}}','2026-11-21T08:59:55.658520+00:00','4a083a8d0db821f931f928aadb5f0a2a8a298d93549b75d973a0368dd80f3072','6ae1d89ecb4436f83143e754a1060c754088316c9a4387077587393a7aaa6863');
INSERT INTO "audit" VALUES(18,'digits_classifier',6,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"bb64d7f51dbc800759b3aee81f6515162e229c21415e60a93bd88e79ab80ccf2","key":"1453eb799fe7-step-60","metrics":{"accuracy":0.9814814925193787,"loss":0.07614569365978241}}','2026-11-21T08:59:56.910647+00:00','6ae1d89ecb4436f83143e754a1060c754088316c9a4387077587393a7aaa6863','cc85137d8299286f05610d1f3b37f333f446bd844a398f23aa7a20d2eba2ddbd');
INSERT INTO "audit" VALUES(19,'breast_cancer',13,'build_started','1.0.0','sensor:new_versions','','c48b748a-efe4-4f5f-ae54-f818eff5a236','{}','{"run_id":"c48b748a-efe4-4f5f-ae54-f818eff5a236","state":"running"}','2026-11-21T08:59:57.631033+00:00','e1494b4f112e7734957cf7ad1de07d9ba97947d92ddd5b2e6ac5485fe4147878','e76a4bab00af3409d9af0ec54bc350661afd0ea247afddc31becd34e0cac24c6');
INSERT INTO "audit" VALUES(20,'digits_classifier',7,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"38049d5d1d526b14b2152e391d88c8541d369a87ce01a7eba2091e2a65a8870c","key":"1453eb799fe7-step-80","metrics":{"accuracy":0.9768518805503845,"loss":0.06102569401264191}}','2026-11-21T08:59:58.021745+00:00','cc85137d8299286f05610d1f3b37f333f446bd844a398f23aa7a20d2eba2ddbd','e54310066e655a292becbc001d7b4e355f1d70657e246595a409cc11291f54d1');
INSERT INTO "audit" VALUES(21,'digits_classifier',8,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"fd2763c2e403344adaf17c55cc860de6eb5928870a75ebc4f936afe211eb8c74","key":"1453eb799fe7-step-100","metrics":{"accuracy":0.9861111044883728,"loss":0.0328185148537159}}','2026-11-21T08:59:59.680551+00:00','e54310066e655a292becbc001d7b4e355f1d70657e246595a409cc11291f54d1','589ddc044cfedbccb74001454a5d7f1bc135af7933fb5c2d45ee962710e9232b');
INSERT INTO "audit" VALUES(22,'breast_cancer',14,'evaluation_recorded','1.0.0','sensor:new_versions','','c48b748a-efe4-4f5f-ae54-f818eff5a236','{}','{"dataset":"holdout","dataset_digest":"b90defe91f32f5661e7d791554fc759e186288c6e1e50e08b54c2d83323e535c","details_digest":"288c311d58c27bb1c465c31e088df500c86ee63c00e94860c3bfff7d720bb457","evaluation":1,"metrics":{"accuracy":0.9766081871345029,"log_loss":0.057348875845543934,"recall_macro":0.978168808411215},"policy_digest":"ba5ee1b13a3aa4f0b4196fa4e8c2f12ace126755e2bffe7bd256dfa81411b657","rows":171,"verdicts":{"few_missed_tumours":"passed","honest_probabilities":"passed","recall_versus_production":"passed"},"verdicts_digest":"68f1e2c2f837e450d225139039da969933a2cde0b94eae36ed1e437617ab574f"}','2026-11-21T09:00:01.026241+00:00','e76a4bab00af3409d9af0ec54bc350661afd0ea247afddc31becd34e0cac24c6','e5aa37041be4e323830353c045bac7f17642caabafe6aeafe5c9bc64b586d3bc');
INSERT INTO "audit" VALUES(23,'digits_classifier',9,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"a65db8893f9dd61cf882d6fdbb6ca92eb7509add6e051422789703354a23cebc","key":"1453eb799fe7-step-120","metrics":{"accuracy":0.9907407164573669,"loss":0.03209184855222702}}','2026-11-21T09:00:01.941846+00:00','589ddc044cfedbccb74001454a5d7f1bc135af7933fb5c2d45ee962710e9232b','55b6e38223064f4aef707101aa8a02c6a1117653cf1c4790ded47c1c11961fc6');
INSERT INTO "audit" VALUES(24,'breast_cancer',15,'evaluation_recorded','1.0.0','sensor:new_versions','','c48b748a-efe4-4f5f-ae54-f818eff5a236','{}','{"dataset":"second_reading","dataset_digest":"24416bb9d14ac3fb9b5c3399fb6490e4f1168d7a8e4672595e1f221259266994","details_digest":"425ccc9bd8f3d4703ad871f4065e9097a7205f2c56968d2d089448d03d9c73ae","evaluation":2,"metrics":{"accuracy":0.9707602339181286,"log_loss":0.06537301960993723,"recall_macro":0.9734959112149533},"policy_digest":"ba5ee1b13a3aa4f0b4196fa4e8c2f12ace126755e2bffe7bd256dfa81411b657","rows":171,"verdicts":{"same_on_second_reading":"passed"},"verdicts_digest":"68a58657fadba631063d2eb735776def68abc3ec5a7dcddf22f994a793d55258"}','2026-11-21T09:00:02.130415+00:00','e5aa37041be4e323830353c045bac7f17642caabafe6aeafe5c9bc64b586d3bc','4f3df925e78a943b5b26ad75e584b68595fb0c57da8cc2ad6d354694747699a7');
INSERT INTO "audit" VALUES(25,'digits_classifier',10,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"d9855f5054449e38ab70168d354d2b4182baab89b124bb588c9547d692ffcd6a","key":"1453eb799fe7-step-140","metrics":{"accuracy":1.0,"loss":0.019625607877969742}}','2026-11-21T09:00:02.908679+00:00','55b6e38223064f4aef707101aa8a02c6a1117653cf1c4790ded47c1c11961fc6','35b1cfb397fea55cfcd9deae2137c854e7ca71ed9a9237fcbc95383c8944027e');
INSERT INTO "audit" VALUES(26,'breast_cancer',16,'artifact_stored','1.0.0','sensor:new_versions','','c48b748a-efe4-4f5f-ae54-f818eff5a236','{}','{"artifact":1,"digest":"ed5a97afd4b840a1088ef3f19b22d061e2b74e833b92c72058edfbf3d63dfda2","name":"onnx"}','2026-11-21T09:00:05.066503+00:00','4f3df925e78a943b5b26ad75e584b68595fb0c57da8cc2ad6d354694747699a7','caa4c040165edccc3c4798235c828eb2d8eb1b2aebf80535d03c41fba7aa8be5');
INSERT INTO "audit" VALUES(27,'breast_cancer',17,'artifact_proved','1.0.0','sensor:new_versions','','c48b748a-efe4-4f5f-ae54-f818eff5a236','{"artifact":1,"digest":"ed5a97afd4b840a1088ef3f19b22d061e2b74e833b92c72058edfbf3d63dfda2","measures":{},"name":"onnx","outcome":null,"outcome_detail":""}','{"artifact":1,"digest":"ed5a97afd4b840a1088ef3f19b22d061e2b74e833b92c72058edfbf3d63dfda2","measures":{"accuracy_drop":0.0,"max_abs":2.682209014892578e-07,"max_rel":0.0006053268765133172,"row_error":1.505314971442749e-07,"rows":406.0,"top1_agreement":1.0},"name":"onnx","outcome":"passed","outcome_detail":"largest difference 2.68e-07 over 406 rows in batches of 1, 7, 64"}','2026-11-21T09:00:05.252271+00:00','caa4c040165edccc3c4798235c828eb2d8eb1b2aebf80535d03c41fba7aa8be5','ae831601ba8b70f88154b969acdd6679a3a9a91c67e526a297cd67b4f180b88b');
INSERT INTO "audit" VALUES(28,'digits_classifier',11,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"94e29e7c1f62cad7a779208198f6887841148db54d24624e68ce2eda66e2d827","key":"1453eb799fe7-step-160","metrics":{"accuracy":1.0,"loss":0.018196387216448784}}','2026-11-21T09:00:05.361777+00:00','35b1cfb397fea55cfcd9deae2137c854e7ca71ed9a9237fcbc95383c8944027e','ee720dc8d64c7ede642758593b6e40c8b1ab9632753d24e13a3ab3eaa68ab071');
INSERT INTO "audit" VALUES(29,'breast_cancer',18,'build_completed','1.0.0','sensor:new_versions','','c48b748a-efe4-4f5f-ae54-f818eff5a236','{"run_id":"c48b748a-efe4-4f5f-ae54-f818eff5a236","state":"running"}','{"run_id":"c48b748a-efe4-4f5f-ae54-f818eff5a236","state":"completed"}','2026-11-21T09:00:05.399051+00:00','ae831601ba8b70f88154b969acdd6679a3a9a91c67e526a297cd67b4f180b88b','167954ee2295404355bec6a3d1b3642a46e4170299f36aff785244eb9d73821d');
INSERT INTO "audit" VALUES(30,'digits_classifier',12,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"8777c9b1742f612c65238353feac0d9d5a4ffb575e6c51b66d9efdf09c038c5a","key":"1453eb799fe7-step-180","metrics":{"accuracy":0.9953703880310059,"loss":0.017971191555261612}}','2026-11-21T09:00:06.701032+00:00','ee720dc8d64c7ede642758593b6e40c8b1ab9632753d24e13a3ab3eaa68ab071','53215648fede55bc61e616bf10e2b1dd90bc3b5ad4650dbcc503d02c27c79e8f');
INSERT INTO "audit" VALUES(31,'digits_classifier',13,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"594f56901603843121dcc4503b2c0141fb6b43c154f693b3607fd0b7a3d36056","key":"1453eb799fe7-step-200","metrics":{"accuracy":0.9907407164573669,"loss":0.02080724574625492}}','2026-11-21T09:00:06.959298+00:00','53215648fede55bc61e616bf10e2b1dd90bc3b5ad4650dbcc503d02c27c79e8f','42a3691386c618f70d13d4fd51a5038385cc579e3d16515696c61e34b0524508');
INSERT INTO "audit" VALUES(32,'digits_classifier',14,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"7074dbeaf946f0cf637055507ab9645e4fb5a3e898e4c71f8d6087b6f6d0427d","key":"1453eb799fe7-step-220","metrics":{"accuracy":0.9907407164573669,"loss":0.017164984717965126}}','2026-11-21T09:00:07.230375+00:00','42a3691386c618f70d13d4fd51a5038385cc579e3d16515696c61e34b0524508','b3f0e43c1d7a33f80f1a4fb3fd66c7c05ad03bb340309b20daf663510be11d59');
INSERT INTO "audit" VALUES(33,'digits_classifier',15,'checkpoint_saved',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"digest":"1fc951c37c6e7b06add8f3a251b3a703ea0a5fe7e2652a24f19def68b91f96bb","key":"1453eb799fe7-step-240","metrics":{"accuracy":0.9907407164573669,"loss":0.017191290855407715}}','2026-11-21T09:00:07.467382+00:00','b3f0e43c1d7a33f80f1a4fb3fd66c7c05ad03bb340309b20daf663510be11d59','bdab4416df323389c84d2109a668867e47d552ad48c9c4ffa4ad0190621f31ba');
INSERT INTO "audit" VALUES(34,'digits_classifier',16,'version_registered','1.0.0','root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{}','{"branch":"main","change":"major","change_reason":"the first version","digest":"62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383","merged_from":null,"parent":null}','2026-11-21T09:00:07.493182+00:00','bdab4416df323389c84d2109a668867e47d552ad48c9c4ffa4ad0190621f31ba','da28cfdfd1076047990a2d6abca3b795319b5dbe69c815ae7e2ec1aa1359b317');
INSERT INTO "audit" VALUES(35,'digits_classifier',17,'training_finished',NULL,'root','','1453eb79-9fe7-4f1a-aba8-13a869e2333c','{"status":"training"}','{"name":"1453eb799fe7","status":"trained","version":"1.0.0"}','2026-11-21T09:00:07.502984+00:00','da28cfdfd1076047990a2d6abca3b795319b5dbe69c815ae7e2ec1aa1359b317','deaddc4c497fa74feef5ee3b357c548473a51f5e9c49abc6847edec287140b15');
INSERT INTO "audit" VALUES(36,'digits_classifier',18,'build_started','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{}','{"run_id":"5c860f97-a0f2-4333-afdf-414413e61ac7","state":"running"}','2026-11-21T09:00:11.586395+00:00','deaddc4c497fa74feef5ee3b357c548473a51f5e9c49abc6847edec287140b15','c459da4b37702d3fb9a7085bb697bd1cd2a0d61d8708eb49a615a5a87650f3dc');
INSERT INTO "audit" VALUES(37,'breast_cancer',19,'stage_moved','1.0.0','sensor:promotion','all conditions met: policy, gate holdout/few_missed_tumours, gate holdout/honest_probabilities, gate holdout/recall_versus_production, evaluation holdout, evaluation second_reading, conversion onnx, build, not frozen, stage, automatic, not barred, forward','d7d90184-f479-4437-97f2-8e9bae7512b7','{"stage":"development"}','{"automatic":true,"replaced":null,"stage":"staging"}','2026-11-21T09:00:12.608041+00:00','167954ee2295404355bec6a3d1b3642a46e4170299f36aff785244eb9d73821d','42e983b4d3257323e8042e0242c6fde785ea2dc8ee842ce0130cb6976962d1e1');
INSERT INTO "audit" VALUES(38,'digits_classifier',19,'evaluation_recorded','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{}','{"dataset":"holdout","dataset_digest":"ac2c095a303f1071a7a69a166bf123287e7e2aff5b6f95bc0ee8a5fa923cd185","details_digest":"817f6574a266d28b62b37790b3db1312f52564b7cced37227b6492d35db9d419","evaluation":3,"metrics":{"accuracy":0.9944444444444445,"f1_macro":0.9944444444444442,"log_loss":0.017718317613986442},"policy_digest":"16f5e33f364e00fea3f87236dbe9a6387563b15fb0a05702cfa67315d21a0d58","rows":360,"verdicts":{"accuracy_versus_production":"passed","minimum_accuracy":"passed","minimum_f1_macro":"passed"},"verdicts_digest":"7a275296a96c512ca746895208baa02769ade99a38486b5f1084a0009d340553"}','2026-11-21T09:00:14.071891+00:00','c459da4b37702d3fb9a7085bb697bd1cd2a0d61d8708eb49a615a5a87650f3dc','1769d6e0d30b6cbd1f8f4a0e5127c6ccc35ee0467e7f54f291f0a894d7d68983');
INSERT INTO "audit" VALUES(39,'digits_classifier',20,'evaluation_recorded','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{}','{"dataset":"noisy","dataset_digest":"34c449302db838146ccafbbebf172974c54f93702fbfc5461c6bc181ab35af0d","details_digest":"27daab9a9ac58a89750789fef33691090de62e0c86db135ec80849f1bd80b24c","evaluation":4,"metrics":{"accuracy":0.9361111111111111,"f1_macro":0.9363587883711691,"log_loss":0.1790592258153498},"policy_digest":"16f5e33f364e00fea3f87236dbe9a6387563b15fb0a05702cfa67315d21a0d58","rows":360,"verdicts":{"robust_to_noise":"passed"},"verdicts_digest":"8afa82111d767bebcbf94c33e2a0997c0700ccbecf38282770992ddbdf0ffdd3"}','2026-11-21T09:00:15.311143+00:00','1769d6e0d30b6cbd1f8f4a0e5127c6ccc35ee0467e7f54f291f0a894d7d68983','bce2e5bc726bc546fd0aca9ed0ee0947e044b4471120cd005c7befd78aa14a13');
INSERT INTO "audit" VALUES(40,'breast_cancer',20,'stage_moved','1.0.0','sensor:promotion','all conditions met: policy, gate holdout/few_missed_tumours, gate holdout/honest_probabilities, gate holdout/recall_versus_production, evaluation holdout, evaluation second_reading, conversion onnx, build, not frozen, stage, automatic, not barred, forward','860ba243-2560-41a4-b40d-61297a176906','{"stage":"staging"}','{"automatic":true,"replaced":null,"stage":"production"}','2026-11-21T09:00:16.681836+00:00','42e983b4d3257323e8042e0242c6fde785ea2dc8ee842ce0130cb6976962d1e1','e05a61f043085952c532298c7099c73626591f58827a85e938faf86f6d6da487');
INSERT INTO "audit" VALUES(41,'digits_classifier',21,'artifact_stored','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{}','{"artifact":2,"digest":"b508501a78a962b4f51b423bb0387118098ca016860678ede11989337eb33d44","name":"onnx"}','2026-11-21T09:00:20.484768+00:00','bce2e5bc726bc546fd0aca9ed0ee0947e044b4471120cd005c7befd78aa14a13','b65ec3fed1a93d0dec2d3b277a1c7bac6b7c31f345a8a98379f8abfc675ce745');
INSERT INTO "audit" VALUES(42,'digits_classifier',22,'artifact_proved','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{"artifact":2,"digest":"b508501a78a962b4f51b423bb0387118098ca016860678ede11989337eb33d44","measures":{},"name":"onnx","outcome":null,"outcome_detail":""}','{"artifact":2,"digest":"b508501a78a962b4f51b423bb0387118098ca016860678ede11989337eb33d44","measures":{"accuracy_drop":0.0,"max_abs":9.5367431640625e-06,"max_rel":0.0004750101479440697,"row_error":5.500565183164409e-07,"rows":784.0,"top1_agreement":1.0},"name":"onnx","outcome":"passed","outcome_detail":"largest difference 9.54e-06 over 784 rows in batches of 1, 7, 64"}','2026-11-21T09:00:20.594433+00:00','b65ec3fed1a93d0dec2d3b277a1c7bac6b7c31f345a8a98379f8abfc675ce745','272e55a377c4686c6ce5e86afeacaf0ecfa2bdcf89fdd46a9e6270d9474c0a7c');
INSERT INTO "audit" VALUES(43,'digits_classifier',23,'artifact_stored','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{}','{"artifact":3,"digest":"9edd227b1ec9f70a91989b3a0d9c2212d63ff59e9c2cae8b1b8aec2034b245fa","name":"onnx_fp16"}','2026-11-21T09:00:22.434014+00:00','272e55a377c4686c6ce5e86afeacaf0ecfa2bdcf89fdd46a9e6270d9474c0a7c','5eca03755997451e8efc50c3cd047faf1c78a8448f1ef2fa5e7dc5ce892b55fe');
INSERT INTO "audit" VALUES(44,'digits_classifier',24,'artifact_proved','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{"artifact":3,"digest":"9edd227b1ec9f70a91989b3a0d9c2212d63ff59e9c2cae8b1b8aec2034b245fa","measures":{},"name":"onnx_fp16","outcome":null,"outcome_detail":""}','{"artifact":3,"digest":"9edd227b1ec9f70a91989b3a0d9c2212d63ff59e9c2cae8b1b8aec2034b245fa","measures":{"accuracy_drop":0.0,"max_abs":0.002520442008972168,"max_rel":1.73500479328422,"row_error":0.00022442567828177788,"rows":784.0,"top1_agreement":1.0},"name":"onnx_fp16","outcome":"passed","outcome_detail":"largest difference 0.00252 over 784 rows in batches of 1, 7, 64"}','2026-11-21T09:00:22.542962+00:00','5eca03755997451e8efc50c3cd047faf1c78a8448f1ef2fa5e7dc5ce892b55fe','e0e561a16b40b21cc6ca0d73ef055c8008374fe8df68104269fecc7dcd4a7e3d');
INSERT INTO "audit" VALUES(45,'digits_classifier',25,'artifact_stored','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{}','{"artifact":4,"digest":"d1399070925ae9030f2add3203bb9e2c5827d2d61371d4a24ed72c99b60bec19","name":"onnx_int8"}','2026-11-21T09:00:24.293336+00:00','e0e561a16b40b21cc6ca0d73ef055c8008374fe8df68104269fecc7dcd4a7e3d','a8add59b020583db65ccc7330a7582644eacf94deee1f92f44f5d080e1d56afb');
INSERT INTO "audit" VALUES(46,'digits_classifier',26,'artifact_proved','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{"artifact":4,"digest":"d1399070925ae9030f2add3203bb9e2c5827d2d61371d4a24ed72c99b60bec19","measures":{},"name":"onnx_int8","outcome":null,"outcome_detail":""}','{"artifact":4,"digest":"d1399070925ae9030f2add3203bb9e2c5827d2d61371d4a24ed72c99b60bec19","measures":{"accuracy_drop":0.0,"max_abs":0.10019683837890625,"max_rel":4.263577578827003,"row_error":0.011055216078521094,"rows":784.0,"top1_agreement":1.0},"name":"onnx_int8","outcome":"passed","outcome_detail":"largest difference 0.1 over 784 rows in batches of 1, 7, 64"}','2026-11-21T09:00:24.368024+00:00','a8add59b020583db65ccc7330a7582644eacf94deee1f92f44f5d080e1d56afb','afa055bbe148d44681f4684835cb8ae09329829e7caa08ccc6bc775483167bef');
INSERT INTO "audit" VALUES(47,'digits_classifier',27,'artifact_stored','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{}','{"artifact":5,"digest":"fd5cededfa217c3aea7a694aea36916f5d6d5beb04498187c15dc12a424c0766","name":"openvino"}','2026-11-21T09:00:26.362710+00:00','afa055bbe148d44681f4684835cb8ae09329829e7caa08ccc6bc775483167bef','460c99cb43143eb2e29ebb8cacef8a841322c4d9a5fd47f2c49dc200814d7a43');
INSERT INTO "audit" VALUES(48,'digits_classifier',28,'artifact_proved','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{"artifact":5,"digest":"fd5cededfa217c3aea7a694aea36916f5d6d5beb04498187c15dc12a424c0766","measures":{},"name":"openvino","outcome":null,"outcome_detail":""}','{"artifact":5,"digest":"fd5cededfa217c3aea7a694aea36916f5d6d5beb04498187c15dc12a424c0766","measures":{"accuracy_drop":0.0,"max_abs":7.62939453125e-06,"max_rel":0.0019129954139929352,"row_error":4.217517897691188e-07,"rows":784.0,"top1_agreement":1.0},"name":"openvino","outcome":"passed","outcome_detail":"largest difference 7.63e-06 over 784 rows in batches of 1, 7, 64"}','2026-11-21T09:00:26.631019+00:00','460c99cb43143eb2e29ebb8cacef8a841322c4d9a5fd47f2c49dc200814d7a43','d8ca2af07f628a4d8910ffcb7d9e15bfee93cd7152c55f99f9035624d4310148');
INSERT INTO "audit" VALUES(49,'digits_classifier',29,'build_completed','1.0.0','sensor:new_versions','','5c860f97-a0f2-4333-afdf-414413e61ac7','{"run_id":"5c860f97-a0f2-4333-afdf-414413e61ac7","state":"running"}','{"run_id":"5c860f97-a0f2-4333-afdf-414413e61ac7","state":"completed"}','2026-11-21T09:00:26.744293+00:00','d8ca2af07f628a4d8910ffcb7d9e15bfee93cd7152c55f99f9035624d4310148','2da6581944a1ccacba1dec3d84cff144f71c2f50ddbe34540e92411827ddcc68');
INSERT INTO "audit" VALUES(50,'digits_classifier',30,'stage_moved','1.0.0','sensor:promotion','all conditions met: policy, gate holdout/minimum_accuracy, gate holdout/minimum_f1_macro, gate holdout/accuracy_versus_production, evaluation holdout, evaluation noisy, conversion onnx, build, not frozen, stage, automatic, not barred, forward','d40c67df-86dc-44c2-addf-000cd75091ad','{"stage":"development"}','{"automatic":true,"replaced":null,"stage":"staging"}','2026-11-21T09:00:32.270002+00:00','2da6581944a1ccacba1dec3d84cff144f71c2f50ddbe34540e92411827ddcc68','36014c42dbbc2fad15e019366be5b927d4005d0cb147b50ce8d78c9408def82b');
INSERT INTO "audit" VALUES(51,'digits_classifier',31,'stage_moved','1.0.0','sensor:promotion','all conditions met: policy, gate holdout/minimum_accuracy, gate holdout/minimum_f1_macro, gate holdout/accuracy_versus_production, evaluation holdout, evaluation noisy, conversion onnx, build, not frozen, stage, automatic, not barred, forward','0de0ca25-bad1-4dd7-bf89-33ddcde2d54d','{"stage":"staging"}','{"automatic":true,"replaced":null,"stage":"production"}','2026-11-21T09:00:36.332025+00:00','36014c42dbbc2fad15e019366be5b927d4005d0cb147b50ce8d78c9408def82b','68757673f61e60b6a6f245c046b5f6ff8cb63a8a1a71d28b91a4d4002679a53d');
CREATE TABLE branches (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	source VARCHAR(150) NOT NULL, 
	last_number VARCHAR(150), 
	last_merge VARCHAR(150), 
	created_by TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	deleted_at VARCHAR(32), 
	CONSTRAINT fk_branches_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_branches_model_id_name UNIQUE (model_id, name)
);
CREATE TABLE builds (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	started_at VARCHAR(32) NOT NULL, 
	completed_at VARCHAR(32), 
	CONSTRAINT fk_builds_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_builds_version_id UNIQUE (version_id)
);
INSERT INTO "builds" VALUES(1,1,'c48b748a-efe4-4f5f-ae54-f818eff5a236','completed','2026-11-21T08:59:57.631033+00:00','2026-11-21T09:00:05.399051+00:00');
INSERT INTO "builds" VALUES(2,2,'5c860f97-a0f2-4333-afdf-414413e61ac7','completed','2026-11-21T09:00:11.586395+00:00','2026-11-21T09:00:26.744293+00:00');
CREATE TABLE checkpoints (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	run VARCHAR(100) NOT NULL, 
	step BIGINT NOT NULL, 
	epoch BIGINT, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	metrics TEXT NOT NULL, 
	parameters TEXT NOT NULL, 
	data_digests TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	run_id TEXT, 
	CONSTRAINT fk_checkpoints_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_checkpoints_model_id_run_step UNIQUE (model_id, run, step)
);
INSERT INTO "checkpoints" VALUES(1,1,'2e72b4dfcd2a',1,NULL,'c44227f9174aa34ec2197453e010ab23c06dc4693e407c0dd869c31f4fd79c9c','default',10121,10671,'{"accuracy":0.9496835443037975,"loss":0.20014785528182982}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T08:59:52.151714+00:00','root','2e72b4df-cd2a-4555-a228-3fbfbc1092b6');
INSERT INTO "checkpoints" VALUES(2,1,'2e72b4dfcd2a',2,NULL,'f050ee18a1ce8ad24ba0610ed13e95996a10e9406995c17a7bac8c541e4a3b3a','default',10121,10671,'{"accuracy":0.959746835443038,"loss":0.146615369617939}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T08:59:52.235261+00:00','root','2e72b4df-cd2a-4555-a228-3fbfbc1092b6');
INSERT INTO "checkpoints" VALUES(3,1,'2e72b4dfcd2a',3,NULL,'d107ea70a7edf266d5543f268254e7190b4a3b36eefaa46f2b382c63c2c0bc56','default',10120,10670,'{"accuracy":0.9724050632911393,"loss":0.11215415447950364}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T08:59:52.350649+00:00','root','2e72b4df-cd2a-4555-a228-3fbfbc1092b6');
INSERT INTO "checkpoints" VALUES(4,1,'2e72b4dfcd2a',4,NULL,'0b2a10c282d7164e7075c2b0f294b4c01ac9bdf4dbe7ae3d9ac7ebf3c4a6a1fb','default',10120,10670,'{"accuracy":0.9774367088607596,"loss":0.09748076051473617}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T08:59:52.430411+00:00','root','2e72b4df-cd2a-4555-a228-3fbfbc1092b6');
INSERT INTO "checkpoints" VALUES(5,1,'2e72b4dfcd2a',5,NULL,'35aa65482921b765ebfb9ce1fc91c7da1eed05d1a7598bd89ece75933c2448e4','default',10120,10670,'{"accuracy":0.9824367088607595,"loss":0.09440943002700805}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T08:59:52.540447+00:00','root','2e72b4df-cd2a-4555-a228-3fbfbc1092b6');
INSERT INTO "checkpoints" VALUES(6,1,'2e72b4dfcd2a',6,NULL,'0c97943dd9dec3c15b7683b834502d9fde96599fe0109dae971aff198733ecfc','default',10120,10670,'{"accuracy":0.9799050632911392,"loss":0.10224876068532467}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T08:59:52.630345+00:00','root','2e72b4df-cd2a-4555-a228-3fbfbc1092b6');
INSERT INTO "checkpoints" VALUES(7,1,'2e72b4dfcd2a',7,NULL,'64c11e58864a6f90a71ae13212531595395a184c1f0921c2a6c6651aeea6d2cb','default',10121,10671,'{"accuracy":0.9673101265822786,"loss":0.1269273765385151}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','2026-11-21T08:59:52.748651+00:00','root','2e72b4df-cd2a-4555-a228-3fbfbc1092b6');
INSERT INTO "checkpoints" VALUES(8,2,'1453eb799fe7',20,1,'e407f67cf5ff5fefcac247636feaf35befe768e30128f8ba9793f5178220e33a','default',1560072,1575605,'{"accuracy":0.9537037014961243,"loss":0.5447961091995239}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T08:59:55.385423+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(9,2,'1453eb799fe7',40,2,'7c099fba69ead971d913c394c2264c686d0fe9672dea531d01b9ca95bddbdd6d','default',1560072,1575621,'{"accuracy":0.9814814925193787,"loss":0.10404738038778305}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T08:59:55.658520+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(10,2,'1453eb799fe7',60,3,'bb64d7f51dbc800759b3aee81f6515162e229c21415e60a93bd88e79ab80ccf2','default',1560072,1575620,'{"accuracy":0.9814814925193787,"loss":0.07614569365978241}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T08:59:56.910647+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(11,2,'1453eb799fe7',80,4,'38049d5d1d526b14b2152e391d88c8541d369a87ce01a7eba2091e2a65a8870c','default',1560072,1575620,'{"accuracy":0.9768518805503845,"loss":0.06102569401264191}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T08:59:58.021745+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(12,2,'1453eb799fe7',100,5,'fd2763c2e403344adaf17c55cc860de6eb5928870a75ebc4f936afe211eb8c74','default',1560072,1575621,'{"accuracy":0.9861111044883728,"loss":0.0328185148537159}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T08:59:59.680551+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(13,2,'1453eb799fe7',120,6,'a65db8893f9dd61cf882d6fdbb6ca92eb7509add6e051422789703354a23cebc','default',1560072,1575621,'{"accuracy":0.9907407164573669,"loss":0.03209184855222702}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T09:00:01.941846+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(14,2,'1453eb799fe7',140,7,'d9855f5054449e38ab70168d354d2b4182baab89b124bb588c9547d692ffcd6a','default',1560072,1575606,'{"accuracy":1.0,"loss":0.019625607877969742}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T09:00:02.908679+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(15,2,'1453eb799fe7',160,8,'94e29e7c1f62cad7a779208198f6887841148db54d24624e68ce2eda66e2d827','default',1560072,1575621,'{"accuracy":1.0,"loss":0.018196387216448784}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T09:00:05.361777+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(16,2,'1453eb799fe7',180,9,'8777c9b1742f612c65238353feac0d9d5a4ffb575e6c51b66d9efdf09c038c5a','default',1560072,1575621,'{"accuracy":0.9953703880310059,"loss":0.017971191555261612}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T09:00:06.701032+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(17,2,'1453eb799fe7',200,10,'594f56901603843121dcc4503b2c0141fb6b43c154f693b3607fd0b7a3d36056','default',1560072,1575622,'{"accuracy":0.9907407164573669,"loss":0.02080724574625492}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T09:00:06.959298+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(18,2,'1453eb799fe7',220,11,'7074dbeaf946f0cf637055507ab9645e4fb5a3e898e4c71f8d6087b6f6d0427d','default',1560072,1575623,'{"accuracy":0.9907407164573669,"loss":0.017164984717965126}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T09:00:07.230375+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
INSERT INTO "checkpoints" VALUES(19,2,'1453eb799fe7',240,12,'1fc951c37c6e7b06add8f3a251b3a703ea0a5fe7e2652a24f19def68b91f96bb','default',1560072,1575621,'{"accuracy":0.9907407164573669,"loss":0.017191290855407715}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','2026-11-21T09:00:07.467382+00:00','root','1453eb79-9fe7-4f1a-aba8-13a869e2333c');
CREATE TABLE condemned (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	store VARCHAR(100) NOT NULL, 
	blob TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	condemned_at VARCHAR(32) NOT NULL, 
	doomed BOOLEAN NOT NULL, 
	CONSTRAINT uq_condemned_store_blob UNIQUE (store, blob)
);
CREATE TABLE copies (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	CONSTRAINT uq_copies_digest_store UNIQUE (digest, store)
);
CREATE TABLE deletions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	store VARCHAR(100) NOT NULL, 
	blob TEXT NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	deleted_at VARCHAR(32) NOT NULL
);
CREATE TABLE discoveries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	location TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	checkpoint TEXT, 
	problem TEXT NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_discoveries_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_discoveries_model_id_location UNIQUE (model_id, location)
);
CREATE TABLE evaluations (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	version_id INTEGER NOT NULL, 
	version_digest VARCHAR(64) NOT NULL, 
	dataset VARCHAR(100) NOT NULL, 
	dataset_digest VARCHAR(64) NOT NULL, 
	rows BIGINT NOT NULL, 
	metrics TEXT NOT NULL, 
	policy_digest VARCHAR(64) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	created_by TEXT NOT NULL, 
	run_id TEXT, details TEXT, 
	CONSTRAINT fk_evaluations_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
INSERT INTO "evaluations" VALUES(1,1,'d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1','holdout','b90defe91f32f5661e7d791554fc759e186288c6e1e50e08b54c2d83323e535c',171,'{"accuracy":0.9766081871345029,"log_loss":0.057348875845543934,"recall_macro":0.978168808411215}','ba5ee1b13a3aa4f0b4196fa4e8c2f12ace126755e2bffe7bd256dfa81411b657','2026-11-21T09:00:01.026241+00:00','sensor:new_versions','c48b748a-efe4-4f5f-ae54-f818eff5a236','{"configuration":"4e9bceb6d439685b662f9cd3463bf3cd963f5b3780b3ee6868c3e3d3fe0d83b4","confusion":{"classes":["malignant","benign"],"counts":[[63,1],[3,104]]},"intervals":{"accuracy":[0.9414065142404914,0.9908666496843307],"log_loss":[0.024513289702008806,0.09018446198907906],"recall_macro":[0.9561445249079639,1.0]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":null,"confidence":null,"count":0,"lower":0.3,"upper":0.4},{"accuracy":null,"confidence":null,"count":0,"lower":0.4,"upper":0.5},{"accuracy":0.6666666666666666,"confidence":0.5751592715581259,"count":3,"lower":0.5,"upper":0.6},{"accuracy":0.5,"confidence":0.6574593931436539,"count":4,"lower":0.6,"upper":0.7},{"accuracy":1.0,"confidence":0.7790310323998649,"count":2,"lower":0.7,"upper":0.8},{"accuracy":0.8,"confidence":0.8598550809161246,"count":5,"lower":0.8,"upper":0.9},{"accuracy":1.0,"confidence":0.9900289731283183,"count":157,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.01877791997973778},"row_values":{"accuracy":"eJxjYGiwZ6AqBgFqm0lLc4eLe4a/2wF30Hya","log_loss":"eJwBrAJT/QPzgTGNoDU408Z+OIZclDiVgHE965pFOxcYsDnsFyg3JzKvNegLBD1RcLY9CpMEPvnWoDOMogQ8dxPVO7VcsTob4m09XgXqOUcAhzd/4YU68yACQJCxODseNMIws5G9PAA+ei01ndk+rIAUOCcpUDq2Kwg8GNwSOwBQCiugMKk9n9HaOxSHCDrzgk43GnQdOgpfJjhADXcuNQt5NlRlgzwzjEA9Si99OsRtaD8IPdA7df2zOQitIj86ijg9wwCnO+mpxztGzPY79RSyOra7mj0AIGkr6Q4hMQeBNzgBbEo6fuIOOVdh5jsBAIA0K4AjO0zX4TqLlu46BqWqPQAAgCVU8lk7I/y9PKt1Vzloh4U64bcoPJTqbTmCleE4rPO9Ozau6zpFm/Q80V8SO+2KITuswsc1nPu2OvJlhT8Fkf44WlKXOu7iGjn6AP03td+/M1AXAz3yTc86y91lOtHiFzn07Co8nLuNOr4Bbzh8LuY76QMzOf9ubTnZAXY4UE1pOoS6Cj6hGAc9lNfbPO+GqDloyis6vCisNi3BijjmEtY+ZDXqOUeYNjoA0B4rFqIvPfbeEDtc4yU5kFnhOrQC1jr1zFg66DhKNu3EJzsvVIg95g6ZPM+jMDn4AX44jV8NMgz5hj4O4zA7KAVjOjR1TjlDAIM33RiOPxgkoj3C9Z4y2xUOOiJlwj2bMIA7WACWN5wNZTo+mu85zCyMOcsA5DcBj982zI+DPdu3fTky56o4VU21PCf3CDylln01KD3fPJ0EEjsnTPM725HaPCKsRD77wSI5WABUN0n1gjUAzGQulK6bPdqkcjtZfIk4bEZTPfb8xjwgQ+Uu6VfjPNQn7Dv7pHE+XcPqODEjAz9T0Qg96gD1N9ANzDtm5qE5j7siPnSaezBUmacw6gD1NwfvHck=","recall_macro":"eJxzPVhv70oGPizUAMbIbBB+EO5nhyyOrh6bPmQ12OzAZi42s3DpRVdLjNtwmQGTK61dsw9dDSG7iXUvofAixa3YxEFhSaw+Ytj4/EauOdj8BwALBBsR"},"sample":null,"slices":{"class=benign":{"intervals":{"accuracy":[0.9207918591418474,0.9904195330086796],"log_loss":[0.020447182427944098,0.11691613943660367]},"metrics":{"accuracy":0.9719626168224299,"log_loss":0.06868166093227389},"rows":107},"class=malignant":{"intervals":{"accuracy":[0.9166589839990573,0.9972364580766624],"log_loss":[0.002612641705018799,0.07419110985231578]},"metrics":{"accuracy":0.984375,"log_loss":0.038401875778667285},"rows":64}}}');
INSERT INTO "evaluations" VALUES(2,1,'d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1','second_reading','24416bb9d14ac3fb9b5c3399fb6490e4f1168d7a8e4672595e1f221259266994',171,'{"accuracy":0.9707602339181286,"log_loss":0.06537301960993723,"recall_macro":0.9734959112149533}','ba5ee1b13a3aa4f0b4196fa4e8c2f12ace126755e2bffe7bd256dfa81411b657','2026-11-21T09:00:02.130415+00:00','sensor:new_versions','c48b748a-efe4-4f5f-ae54-f818eff5a236','{"configuration":"4e9bceb6d439685b662f9cd3463bf3cd963f5b3780b3ee6868c3e3d3fe0d83b4","confusion":{"classes":["malignant","benign"],"counts":[[63,1],[4,103]]},"intervals":{"accuracy":[0.933387031749114,0.9874471976490231],"log_loss":[0.026047578359644795,0.10469846086022966],"recall_macro":[0.9497249331466265,0.9972668892832802]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":null,"confidence":null,"count":0,"lower":0.3,"upper":0.4},{"accuracy":null,"confidence":null,"count":0,"lower":0.4,"upper":0.5},{"accuracy":0.5,"confidence":0.5430660545825958,"count":2,"lower":0.5,"upper":0.6},{"accuracy":0.3333333333333333,"confidence":0.6838977535565695,"count":3,"lower":0.6,"upper":0.7},{"accuracy":0.6666666666666666,"confidence":0.7463372277785849,"count":3,"lower":0.7,"upper":0.8},{"accuracy":1.0,"confidence":0.8487006249577839,"count":8,"lower":0.8,"upper":0.9},{"accuracy":0.9935483870967742,"confidence":0.9903476975154897,"count":155,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.018031221863201646},"row_values":{"accuracy":"eJxjYGiwZ6AqBgFqm0lLc4eLe4a62wm7CQBesXvb","log_loss":"eJwBrAJT/SzOyjEllRg4hXF6OMfcQDiYHc49e0SjO3qs0TnkATo3Yjz/NUzm7Dxi0cw9EvPaPal6ETTfkWg7DjK9O8q8ijo6IZM9vU2ZOZwAyDd1xJA6AFMhQF3DADsyG9gwZQKfPIBgmS2qiAs/NQFHOL9IvTkurRc8NzYYOwBApipUMh0+oQ2uO670ETpFlIA3fOwfOpjlDjhAhb4uo7ySNqgjxTzhgAs9ZVbGOqj4mT+E57U7cYP1ORPF0z71EU09pEU+O1ssMTzAJ2s8xHEcO5troD0AcJUrsgzTMb2AGziwvoI6b8LHOPbt3TsCAMA0fMKXOiqlvzp6icw6cH4BPgAAgCXVO0E7kkipPCwGnzmI9qo6iq9RPCtOtTlutg05eFJFPK7awTphDCQ9v2oXOzNLETvNsN01EVrOOpA5lj/nkRk5u/d+OgQ8gDmVAAo4yi6ZM49Ucj1eXgo7Sm67Ojv2YTmSrHs86vtJOi9BizguGHU7gjRAOcegtTmkABE4eKQrOvvOTD63Y6o81G8lPSQ0ODnE8XY6wisEN1t1UTl+QJE+mGRNOorMcToAQLEqGLxXPQobAjs/ogc5rmRyOucs7Tqm9yc694F8NsfV4TprSXg9EiKSPDHBizivwtE4GPr2MXQvPz5sC6w7EyPNOj41Tzl6AHo3P+ykPwY+jT15pwAzYw/7OZoQAj5LE4k7ZwCiN5AZdjpBYvg5YNyFOYWAAjggj1c2uKPWPTR2YTkPso84OQIaPKZ1yDtPyKM1i1XlPCdBRDsEsdg7YGmGPFxmXD68LII5SQCJNzzPTjUApFwuId2PPSoTZzuRfes4DItWPeX+jjzQM38vDxTtPLDxEjxLXIs+KYPjOPizND+Vma08ugDaN12NRDx8Qs85+XNPPljImzCg03wwtQDXN5OIFBw=","recall_macro":"eJxj76+zZycDR+Y1gDEyG4QnmQTaIYujq8emD1kNNjuwmYvNLFx60dUS4zZcZsDkPj1ctw9dDSG7iXUvofAixa3YxEFhSaw+Ytj4/EasObD4xec/AF8u+Os="},"sample":null,"slices":{"class=benign":{"intervals":{"accuracy":[0.907799501476478,0.9853681007304741],"log_loss":[0.01951134573855432,0.13594794315972325]},"metrics":{"accuracy":0.9626168224299065,"log_loss":0.07772964444913878},"rows":107},"class=malignant":{"intervals":{"accuracy":[0.9166589839990573,0.9972364580766624],"log_loss":[0.0035214180238421003,0.08590715688995215]},"metrics":{"accuracy":0.984375,"log_loss":0.04471428745689712},"rows":64}}}');
INSERT INTO "evaluations" VALUES(3,2,'62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383','holdout','ac2c095a303f1071a7a69a166bf123287e7e2aff5b6f95bc0ee8a5fa923cd185',360,'{"accuracy":0.9944444444444445,"f1_macro":0.9944444444444442,"log_loss":0.017718317613986442}','16f5e33f364e00fea3f87236dbe9a6387563b15fb0a05702cfa67315d21a0d58','2026-11-21T09:00:14.071891+00:00','sensor:new_versions','5c860f97-a0f2-4333-afdf-414413e61ac7','{"configuration":"6d31171687f810775d4f5495b99c9df29da5702c804e9e438885fd3feca805f2","confusion":{"classes":["0","1","2","3","4","5","6","7","8","9"],"counts":[[36,0,0,0,0,0,0,0,0,0],[0,37,0,0,0,0,0,0,0,0],[0,0,35,0,0,0,0,0,0,0],[0,0,0,37,0,0,0,0,0,0],[0,0,0,0,36,0,0,0,0,0],[0,0,0,0,0,35,0,0,0,1],[0,0,0,0,0,0,36,0,0,0],[0,0,0,0,0,0,0,36,0,0],[0,0,0,0,0,0,0,0,35,0],[0,0,0,0,0,1,0,0,0,35]]},"intervals":{"accuracy":[0.9799730019093272,0.9984751418340759],"f1_macro":[0.9868163863658872,1.0],"log_loss":[0.0030407829317938284,0.032395852296179056]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":null,"confidence":null,"count":0,"lower":0.3,"upper":0.4},{"accuracy":null,"confidence":null,"count":0,"lower":0.4,"upper":0.5},{"accuracy":null,"confidence":null,"count":0,"lower":0.5,"upper":0.6},{"accuracy":0.75,"confidence":0.6711124500235639,"count":4,"lower":0.6,"upper":0.7},{"accuracy":1.0,"confidence":0.739073237901699,"count":1,"lower":0.7,"upper":0.8},{"accuracy":0.5,"confidence":0.8466256942451499,"count":2,"lower":0.8,"upper":0.9},{"accuracy":1.0,"confidence":0.9968578902198865,"count":353,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.006608036396873396},"row_values":{"accuracy":"eJxjYGiwZxjFVMAgMNBuGMWjeBTTDtM/jwMAs88LKg==","f1_macro":"eJx7ObnO/iUa1rvRhCGGDYPUEVJLa7PwiaHLwewg1R586mFyidzbbIj1KzZzkd2MTZzcMMMXNrjsJ8XdpNiLzQ58YY2uh5B/KQkPSsVJjWdSwohS+8nFxKRFYvMUJWGGz25KzCYlzYMwKI/j00et8hDZHADoAv9l","log_loss":"eJwN0/s31GkYAPA9RdtFk2adRbZpRiSVmqh5n+d5v0PXLSq7dCVqVZNbl01DG4NsoumGjsbJRENqu1JpmS5OB93bZCXs0EVU2mqWbKFit7/g89PnXLgDSPqeQJV1BoYUuGDUVzXo0GOjyGiRY/IdSzgzSU+Koc5s5ftylvN5Ehrs/Xmg/3R0ulACwbluQrt5HX93S8SLLIMRUkZwSXMeHy/pD1ev1rI1Kjchyk2PcxfU85+yF5G3qku4F/6SufvNoIgQC/xsOk6F0btgYt962mfhonwSvBUCE5YK0r9SeZRoKI15qcYx4k9sgXo8TFnOedj8LMrcukF4Z7YkH9MPuDNJwW/2XyB0N4mEOYmJpF7uCLniNHjjIeJ9n5rR0/UQxrt9xzf26qB8lyVUyVthZeINmksChr5Kpd6PVnyGLJ9ZpRtgtcwCw2sqMTH+EdOMTYLY4WasjEmGEx7pAFklYAh8xKVPzViwYgVvGDABnYxX0DPmOcsKMip3KLMFj8svvKbMvEgdupE0WJQL8vE6MpZIyNExmTa9qvjinaPmoYcwcOA+NMUdIM1+LSbfToXyQZZC9YhmzAxsxPu21crlNmHYHjpHmCo6xGs74uF5yHZYHL8fi4PeMLlFDr/mJqKINe2C/91d0NU9TQgoeE19T1JowozBmHf6M4xSz0aVLBbExoH4lbcUpecqoJ9DL8mtztLDdndhYWgS71U9Zvo9W7Cs6m9u2qile9VGKE64pejhdnR8gT9E7tVysWE3+FjlUL6U0yiegym9p9ErfCEc/1cH49yvesqcC1nk6FaaljGGV/z8LZrHP8KwvpnKsdZVsDk9jQaPu8Xy3gbww6c88EORSAjd2I/igyaBb6wj1rpYYZ6pGranhgiTDGfhjzQdv1CV7ZnSYcuOmhrg3Uxf7Mg6CvkDjTDvbicu++BK+5ados6EWULbbD/m2yWGna7u9MxhKXUf0VBKsTfuSD8PhfdjqaVmEMYWZVFkWSuUjLuDSV93wlOFShE0zYo+Hvuk4JHezF6TLKwqasTSViUU7DiCvTEJaB37J17KsMYb5rVYvuUaJMy7SbsfT0Xdkock823Cu30GPDOlEdZXRMPIu2F0YHWDYPU6GSprbkKcTQKeXPNAsK/R8gehtrQXV1HNRDFFPTQh0QzQ7PTFIb+0wskIFdYuqfZcb99DMfW92CzVUnmLkRW/jAPJhlT6KEQKTQHJ9Nr3BOrz5ILl0ihyiajg58SZrGSrD8+1C+PitnRW55mDL66PQONtDRz03y1Uq12w+jeR8KDOngrL0tks1Rtsq9wG+aGn2NuuYxTaEgfP5P8J4SnZXyqvgIagFIx2Hgk+fa5YNzOVT/YcjWW/voLC86WgntzHdW0xbFOPF7jVt6Pf4C4S9kwnm2fplJRTwg8aTGQ5R0JLnE8qw6K34NBlHlDvKqPwomI8sD+DvDSuQpoqGHXuAeio24geHzxQRs3kPsEJTo3VcNFRA8blH+RnlBmYHJ0IiwIuYem4efz3kBGY1elHWeZiIfNFLeTclmOPLpqGHR0Iz9PrFVX6z6j/0Y4WXVEz68vZijlVBtTOzaJBvaVMUTeAS/TduLRpIc56VIfm276oPnSSIq7b47FFbixX7UCqdVKYb26Eh6VdysXD5VwqHg7/tETy+d+70zfPN5NfzQlhGqrIGH1YuD5vKzucL0fZug5aO7KTHU7KpWKHNwq9t9nLe0sTb9zjwkuDdrOg9ZkKOG/BfGpy+KhhbTjE9xME6E0YcGkMSaouMFunbnY/TctWS2X4TvuEO3s7chs7W6xPJd6mDWZWdJGLGgphSeQ2fJ9W6alxKmOJLfZovmOnLJAAMDjA/wcJKmie"},"sample":null,"slices":{"class=0":{"intervals":{"accuracy":[0.9035813714055363,1.0],"log_loss":[0.0,0.004856886967701134]},"metrics":{"accuracy":1.0,"log_loss":0.002073445432560675},"rows":36},"class=1":{"intervals":{"accuracy":[0.9059421741627975,1.0],"log_loss":[0.0006362056759399524,0.003673787117859203]},"metrics":{"accuracy":1.0,"log_loss":0.0021549963968995776},"rows":37},"class=2":{"intervals":{"accuracy":[0.9010990076755959,1.0],"log_loss":[0.00024287173785307624,0.0016329371354287187]},"metrics":{"accuracy":1.0,"log_loss":0.0009379044366408975},"rows":35},"class=3":{"intervals":{"accuracy":[0.9059421741627975,1.0],"log_loss":[0.0,0.03547854079486219]},"metrics":{"accuracy":1.0,"log_loss":0.014630335735282513},"rows":37},"class=4":{"intervals":{"accuracy":[0.9035813714055363,1.0],"log_loss":[0.0,0.007764824804272728]},"metrics":{"accuracy":1.0,"log_loss":0.0030892382521354165},"rows":36},"class=5":{"intervals":{"accuracy":[0.8583028134672614,0.9950795928601897],"log_loss":[0.0,0.16701079406546834]},"metrics":{"accuracy":0.9722222222222222,"log_loss":0.06390604799020988},"rows":36},"class=6":{"intervals":{"accuracy":[0.9035813714055363,1.0],"log_loss":[0.0,0.011967030483412182]},"metrics":{"accuracy":1.0,"log_loss":0.005139527721171586},"rows":36},"class=7":{"intervals":{"accuracy":[0.9035813714055363,1.0],"log_loss":[0.0003671526885958628,0.0012072302476243413]},"metrics":{"accuracy":1.0,"log_loss":0.000787191468110102},"rows":36},"class=8":{"intervals":{"accuracy":[0.9010990076755959,1.0],"log_loss":[0.0,0.034665121021556854]},"metrics":{"accuracy":1.0,"log_loss":0.016444538548367638},"rows":35},"class=9":{"intervals":{"accuracy":[0.8583028134672614,0.9950795928601897],"log_loss":[0.0,0.17455183279473024]},"metrics":{"accuracy":0.9722222222222222,"log_loss":0.06803653657106466},"rows":36}}}');
INSERT INTO "evaluations" VALUES(4,2,'62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383','noisy','34c449302db838146ccafbbebf172974c54f93702fbfc5461c6bc181ab35af0d',360,'{"accuracy":0.9361111111111111,"f1_macro":0.9363587883711691,"log_loss":0.1790592258153498}','16f5e33f364e00fea3f87236dbe9a6387563b15fb0a05702cfa67315d21a0d58','2026-11-21T09:00:15.311143+00:00','sensor:new_versions','5c860f97-a0f2-4333-afdf-414413e61ac7','{"configuration":"6d31171687f810775d4f5495b99c9df29da5702c804e9e438885fd3feca805f2","confusion":{"classes":["0","1","2","3","4","5","6","7","8","9"],"counts":[[36,0,0,0,0,0,0,0,0,0],[0,32,0,1,0,0,0,0,3,1],[0,0,32,2,0,0,0,0,1,0],[0,0,0,34,0,0,0,0,3,0],[1,0,0,0,35,0,0,0,0,0],[0,0,0,0,1,34,0,0,0,1],[0,0,0,0,0,1,35,0,0,0],[0,0,0,0,0,0,0,36,0,0],[0,1,1,0,0,1,0,0,30,2],[0,0,0,2,0,1,0,0,0,33]]},"intervals":{"accuracy":[0.9059596480361708,0.9570536023442465],"f1_macro":[0.9116022195880953,0.9611153571542428],"log_loss":[0.12220356970699442,0.2359148819237052]},"reliability":{"bins":[{"accuracy":null,"confidence":null,"count":0,"lower":0.0,"upper":0.1},{"accuracy":null,"confidence":null,"count":0,"lower":0.1,"upper":0.2},{"accuracy":null,"confidence":null,"count":0,"lower":0.2,"upper":0.3},{"accuracy":0.5,"confidence":0.3951852836297337,"count":2,"lower":0.3,"upper":0.4},{"accuracy":0.25,"confidence":0.4912929666050984,"count":4,"lower":0.4,"upper":0.5},{"accuracy":1.0,"confidence":0.5464892964341191,"count":4,"lower":0.5,"upper":0.6},{"accuracy":0.5555555555555556,"confidence":0.643405814653662,"count":18,"lower":0.6,"upper":0.7},{"accuracy":0.8,"confidence":0.7510281860173897,"count":15,"lower":0.7,"upper":0.8},{"accuracy":0.8620689655172413,"confidence":0.8603212162648137,"count":29,"lower":0.8,"upper":0.9},{"accuracy":0.9861111111111112,"confidence":0.9830300987106307,"count":288,"lower":0.9,"upper":1.0}],"expected_calibration_error":0.017340950796078558},"row_values":{"accuracy":"eJxjYGiwZ6AbBgFqqCFFPanmkWMODNAjfAZDfCGL08rNgyUsqJ0eCekbKuFJC3dSko/okV5oaQd2swEW/ftw","f1_macro":"eJxdlC1LBFEUhrNJgzabTVCLmGYctAgmg7DJpEUQDAuaxIU1iGi2GV2YsmERBMdmtPhHxKJgEfcZeeB1w2Xmno/3fLzn3HqxW+3eXVSDt5OqHv9fLfSr9V6v2tjrtvePlZtq7eG4tVGv/ejzzxYZBzv/OWCgnxqct6c+Gxb4qUPGN7G+R9uluaAjVtogJ466revL1l4fMMEhb+zBQ4YPcg5yc7AubcD5l/NYJw46fMBWh+3r41Oz+fVTiDvZJ2Mpsx58uZvb/OptaR+IYQ18jS2GeWErT9qBR37Gwsc7PsYzX++T8YbNYYE/emTE4ez35xp5wCb1xk7+OPY+YyjPnnIHg1kxR+eIf/O3z1mrMYyfHGvDsT75s0b5d9awg3d3wZ4bXyyx8VvuvJTJMzp85I9/deaIDX7omGd7JJfGkaesz1nIufKYF/r3mdNSPO2y77m76JwV46F3/7gfTc8+T+6UMcEEO98Q+5czab+d3Z2DpZId8A2q423KnXWnMrdOcV/kOyWf5pPzYB1y71zmzsqdPePLjstNzip+yO1DO7/xpuQuqrcG+YB/59Q5B/MXJ1RmSw==","log_loss":"eJwN04k3lWkYAHCVkdyJsjQzLXKTJSlUuN/7PM/73SKNcxtux5KIwZ2khSyHaU8oRSY7I0mGCg2VkbZpUFETp1XXmWqIVhVFZUnHzO9/+B0tL8YxLW9hMCAfYqZvZaXx1ZgSN0YILP2Cc6M3gmqvDkY6LhFuzBkj2Fa241brn7k00pxOtO2B2hI1vz/OiTrfzBWdbqehT1Ajeh3s4FG1/5LStAttfHZSy6a1oKmfh05uatA0XiIeaFUKDytD+ECvP5lf1SHpV9Nhfn86rKA8mmRvJSxsTREXhqYx6yZ9cEw0RZ87RUJgmC3e3KfDZ+adoU4zXXH5+7s8JfEJNh/uY/6WBWL/PClfeU3B9fZIhQL/JJxcnUQRm3/EoI9FqOfnIta0jhK3+YTudnNgQ1MiRZ6yRdWXeG4sLCIdmQMOhhnjm1WGtDPrEtP4pBC2G4/yZE0leiqcYej3UHAy0QDnW7Hi9TVaKGms5RdLh+lkvC/bnRzEtm08ARfUd0Ttj7Hyd9eK+TIrB6LHvphNU3B7gr1YHp0JERM8cEP1EPd2KCJ4MBWL+seThWsVPHx1R1aUMxZzdbtYvqQKNhouku80DAYjdRw9zclgXR9eY0BGLtvUpBb8W2JZSYUmD9faxF/tfc8NOo4JRqjFtY/1YScLxCcmOuzBB2to8bOgnA0KwSJYDdM1pWzQwxJvPZKIWaNupLcqlXdvrSEr7Qa4OU0BL4KRd6k1+OfiCjbgnCgz/GEOi6qyg2C3vzFXeZGN03aRp6+IxBf9cuif9lxo/24DRO8sAUmxkXxkYAqU7SogpW6k/NHmBUL7q3pWc28a6c0OAyP9d2QpcRE86B711BYLddXz6ciDVDb9t3PQ3nafRQTeZ+H119kiI1OQ9qzF6JARqr8VzB1W9gmuvvNY82gBSm13iHndY4VJUa4Y1OgJX8x64C/Zar5POSDTD8hnr0O1eUC9FoU4RFGHuxTmO5vhtiu3MSwtS8h2W8qyvUbY2FWZZDWQh0877dki9GbXmwyQamZhX8AzDJKsRJ/YJAhov85mOJXzwl35NKqqhi1t5TLXkMkUdFlBB8y84GqXRO5wPp1vWzzE5t3RAuNGA7xUosL9frZ8ymYXpqioE074qEh/YiMZmrfA4bLLYv8akWtZ/grrEqzg8yo72azB8yzGP4XZ769kJipzMfPhMSobsuENS01x5p+9wo1eO3auuUTclyKDr2dliu9d23Hm+wh00GwAp744HnNJhcUV7rx0swuuPVnEXF9doAMTJkJlKEBq9DI4VHeQdHuOcDaymsJfjzBe/g+LPatPV5zusfApapxaksNUs5NF/ssp2VvVMbZ9dTdL8lvHVkAbS5wwBCZjMpjk/wtHIitBO+Q4VXgoafHlj+yBRQT2TauBOFtffOM/SLaRUhwaLqeNts/gifqx2GEzWTCUVbJC/Wqesn8v26rzPajk/mhndoTup9UJpRgP2S4+GKy3hTqvXWI7ZmRjyqkl1CZX88+te3nhsCX7pqUMyuInM4OGQpzp3SSGnz0qVgwXkc1pNUgPXaWwo95wo/WArPSnQhyUvKT6UT1WuXq97Hh+Gg0rXlJvXAOYFT2CZANzefiLZHavU4fcx2ZQmeNyWnAxDqfGasgayrdDd4sWa0rMocyP60XPKF9MqOth1rPbsDDmMG3Z5YhZfs+5fXMYW978nO9295TRqCYsTs1FT/NGQV7Vh0qFk6BcWCm6bdoNi88MQuxDL/b4eC17EVXlGH/FlIzeBcI1i9Pk0epKBV4a0NHtLKSPnwi9kl3C1ecH4e4hRl1J2hy8BXY01JX7B7QKcWetuWfwH4LS5FvM9y6W6yriWd8he0hY6wvuj2KhzPMZ/geHG2F+"},"sample":null,"slices":{"class=0":{"intervals":{"accuracy":[0.9035813714055363,1.0],"log_loss":[0.0,0.062487019716024994]},"metrics":{"accuracy":1.0,"log_loss":0.030902518923865672},"rows":36},"class=1":{"intervals":{"accuracy":[0.7202258821599021,0.9408670557426799],"log_loss":[0.14322139743766518,0.5378395688361698]},"metrics":{"accuracy":0.8648648648648649,"log_loss":0.3405304831369175},"rows":37},"class=2":{"intervals":{"accuracy":[0.7762072603410349,0.9704176317330301],"log_loss":[0.0,0.5236871090876257]},"metrics":{"accuracy":0.9142857142857143,"log_loss":0.24286877060560938},"rows":35},"class=3":{"intervals":{"accuracy":[0.7869932065071162,0.9720394258995521],"log_loss":[0.0,0.5786057656702225]},"metrics":{"accuracy":0.918918918918919,"log_loss":0.28606928122576436},"rows":37},"class=4":{"intervals":{"accuracy":[0.8583028134672614,0.9950795928601897],"log_loss":[0.0,0.16624512523496693]},"metrics":{"accuracy":0.9722222222222222,"log_loss":0.06842894976510593},"rows":36},"class=5":{"intervals":{"accuracy":[0.8185534279135275,0.9846300133358382],"log_loss":[0.0,0.4626010509196741]},"metrics":{"accuracy":0.9444444444444444,"log_loss":0.2123870326166751},"rows":36},"class=6":{"intervals":{"accuracy":[0.8583028134672614,0.9950795928601897],"log_loss":[0.04779575450837523,0.26214687058912767]},"metrics":{"accuracy":0.9722222222222222,"log_loss":0.15497131254875143},"rows":36},"class=7":{"intervals":{"accuracy":[0.9035813714055363,1.0],"log_loss":[0.012204022991335137,0.06935208882134346]},"metrics":{"accuracy":1.0,"log_loss":0.040778055906339296},"rows":36},"class=8":{"intervals":{"accuracy":[0.7062444591340484,0.9373976892056628],"log_loss":[0.045306942257953564,0.4320555783178849]},"metrics":{"accuracy":0.8571428571428571,"log_loss":0.23868126028791922},"rows":35},"class=9":{"intervals":{"accuracy":[0.7817330875072737,0.9712513886640066],"log_loss":[0.05049173105485423,0.29139913669218165]},"metrics":{"accuracy":0.9166666666666666,"log_loss":0.17094543387351793},"rows":36}}}');
CREATE TABLE models (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	change_sequence INTEGER NOT NULL, 
	version_sequence INTEGER NOT NULL, 
	policy_digest VARCHAR(64), 
	created_at VARCHAR(32) NOT NULL, frozen_at VARCHAR(32), frozen_by TEXT, frozen_reason TEXT, description TEXT, 
	CONSTRAINT uq_models_name UNIQUE (name)
);
INSERT INTO "models" VALUES(1,'breast_cancer',20,1,'ba5ee1b13a3aa4f0b4196fa4e8c2f12ace126755e2bffe7bd256dfa81411b657','2026-11-21T08:59:49.080768+00:00',NULL,NULL,NULL,NULL);
INSERT INTO "models" VALUES(2,'digits_classifier',31,1,'16f5e33f364e00fea3f87236dbe9a6387563b15fb0a05702cfa67315d21a0d58','2026-11-21T08:59:50.773618+00:00',NULL,NULL,NULL,NULL);
CREATE TABLE pins (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	subject VARCHAR(20) NOT NULL, 
	name VARCHAR(150) NOT NULL, 
	reason TEXT NOT NULL, 
	pinned_by TEXT NOT NULL, 
	pinned_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_pins_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_pins_model_id_subject_name UNIQUE (model_id, subject, name)
);
CREATE TABLE policies (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	document TEXT NOT NULL, 
	recorded_at VARCHAR(32) NOT NULL, 
	recorded_by TEXT NOT NULL, framework VARCHAR(20), 
	CONSTRAINT fk_policies_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_policies_digest UNIQUE (digest)
);
INSERT INTO "policies" VALUES(1,1,'ba5ee1b13a3aa4f0b4196fa4e8c2f12ace126755e2bffe7bd256dfa81411b657','{"architecture":{"classes":["malignant","benign"],"entrypoint":null,"inputs":{"features":["batch",30]},"outputs":"probabilities"},"conversions":[{"dataset":"","required":true,"target":"onnx"}],"datasets":[{"description":"Seven tenths of the Wisconsin diagnostic data.","entrypoint":"frontier_assets.defs.breast_cancer.model:train_set","name":"train","ranges":{"features":[0.0,5000.0]}},{"description":"The biopsies that training never sees.","entrypoint":"frontier_assets.defs.breast_cancer.model:holdout","name":"holdout","ranges":{"features":[0.0,5000.0]}},{"description":"The holdout as a second reader would have measured it.","entrypoint":"frontier_assets.defs.breast_cancer.model:second_reading","name":"second_reading"}],"description":"Tells malignant from benign tumours by 30 measurements of cell nuclei in a fine-needle biopsy.","evaluation":{"datasets":["holdout","second_reading"],"metrics":["accuracy","recall_macro","log_loss"]},"framework":"sklearn","gates":[{"comparison":">=","dataset":"holdout","description":"The mean recall of both diagnoses; a missed tumour costs most.","metric":"recall_macro","name":"few_missed_tumours","severity":"critical","threshold":0.95,"tolerance":0.0,"versus":null},{"comparison":"<=","dataset":"holdout","description":"Clinicians read the probability, not only the label.","metric":"log_loss","name":"honest_probabilities","severity":"critical","threshold":0.15,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"second_reading","description":"Another reader''s measurements should lead to the same diagnosis.","metric":"accuracy","name":"same_on_second_reading","severity":"warning","threshold":0.95,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"holdout","description":"A new version misses no more than the one in use.","metric":"recall_macro","name":"recall_versus_production","severity":"critical","threshold":null,"tolerance":0.03,"versus":"production"}],"name":"breast_cancer","owners":["team:pathology"],"promotion":{"production":"automatic","staging":"automatic"},"storage":"default","tags":{"project":"demo"},"task":"classification","title":"Breast cancer from cell measurements","training":{"dataset":"train","direction":"lower","entrypoint":"frontier_assets.defs.breast_cancer.model:train","limits":{"folds":[2.0,50.0]},"metric":"loss","parameters":{"folds":5,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]},"register":"best","seed":0}}','2026-11-21T08:59:49.086295+00:00','root','sklearn');
INSERT INTO "policies" VALUES(2,2,'16f5e33f364e00fea3f87236dbe9a6387563b15fb0a05702cfa67315d21a0d58','{"architecture":{"entrypoint":"frontier_assets.defs.digits_classifier.model:build","inputs":{"image":["batch",1,8,8]},"outputs":"logits"},"conversions":[{"dataset":"","required":true,"target":"onnx"},{"dataset":"","required":false,"target":"onnx_fp16"},{"calibration":"train","dataset":"","minimum_agreement":0.99,"required":false,"target":"onnx_int8"},{"dataset":"","required":false,"target":"openvino"}],"datasets":[{"description":"Four fifths of scikit-learn''s handwritten digits.","entrypoint":"frontier_assets.defs.digits_classifier.model:train_set","name":"train","ranges":{"image":[0.0,1.0]}},{"description":"The fifth that training never sees.","entrypoint":"frontier_assets.defs.digits_classifier.model:holdout","name":"holdout","ranges":{"image":[0.0,1.0]}},{"description":"The holdout images under strong noise.","entrypoint":"frontier_assets.defs.digits_classifier.model:noisy","name":"noisy","ranges":{"image":[0.0,1.0]}}],"description":"Handwritten digits, 8x8 grey images, told apart by a small convolutional network.","evaluation":{"datasets":["holdout","noisy"],"metrics":["accuracy","f1_macro","log_loss"]},"framework":"pytorch","gates":[{"comparison":">=","dataset":"holdout","description":"Below this the classifier is of no use to its readers.","metric":"accuracy","name":"minimum_accuracy","severity":"critical","threshold":0.97,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"holdout","description":"No single digit may be neglected.","metric":"f1_macro","name":"minimum_f1_macro","severity":"critical","threshold":0.96,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"noisy","description":"Scans are noisy; worth a look, no reason to stop.","metric":"accuracy","name":"robust_to_noise","severity":"warning","threshold":0.8,"tolerance":0.0,"versus":null},{"comparison":">=","dataset":"holdout","description":"A new version is not noticeably worse than the one in use.","metric":"accuracy","name":"accuracy_versus_production","severity":"critical","threshold":null,"tolerance":0.02,"versus":"production"}],"name":"digits_classifier","owners":["team:vision"],"promotion":{"production":"automatic","staging":"automatic"},"storage":"default","tags":{"project":"demo"},"task":"classification","title":"Digits classifier","training":{"dataset":"train","direction":"lower","entrypoint":"frontier_assets.defs.digits_classifier.model:train","limits":{"batch_size":[1.0,1437.0],"epochs":[1.0,1000.0],"learning_rate":[1e-06,1.0]},"metric":"loss","parameters":{"batch_size":64,"epochs":12,"learning_rate":0.003,"width":48},"register":"best","seed":0}}','2026-11-21T08:59:50.777123+00:00','root','pytorch');
CREATE TABLE stage_moves (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	source VARCHAR(20) NOT NULL, 
	target VARCHAR(20) NOT NULL, 
	replaced VARCHAR(150), 
	automatic BOOLEAN NOT NULL, 
	actor TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	run_id TEXT, 
	at VARCHAR(32) NOT NULL, 
	sequence INTEGER NOT NULL, 
	CONSTRAINT fk_stage_moves_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT fk_stage_moves_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_stage_moves_model_id_sequence UNIQUE (model_id, sequence)
);
INSERT INTO "stage_moves" VALUES(1,1,1,'development','staging',NULL,1,'sensor:promotion','all conditions met: policy, gate holdout/few_missed_tumours, gate holdout/honest_probabilities, gate holdout/recall_versus_production, evaluation holdout, evaluation second_reading, conversion onnx, build, not frozen, stage, automatic, not barred, forward','d7d90184-f479-4437-97f2-8e9bae7512b7','2026-11-21T09:00:12.608041+00:00',19);
INSERT INTO "stage_moves" VALUES(2,1,1,'staging','production',NULL,1,'sensor:promotion','all conditions met: policy, gate holdout/few_missed_tumours, gate holdout/honest_probabilities, gate holdout/recall_versus_production, evaluation holdout, evaluation second_reading, conversion onnx, build, not frozen, stage, automatic, not barred, forward','860ba243-2560-41a4-b40d-61297a176906','2026-11-21T09:00:16.681836+00:00',20);
INSERT INTO "stage_moves" VALUES(3,2,2,'development','staging',NULL,1,'sensor:promotion','all conditions met: policy, gate holdout/minimum_accuracy, gate holdout/minimum_f1_macro, gate holdout/accuracy_versus_production, evaluation holdout, evaluation noisy, conversion onnx, build, not frozen, stage, automatic, not barred, forward','d40c67df-86dc-44c2-addf-000cd75091ad','2026-11-21T09:00:32.270002+00:00',30);
INSERT INTO "stage_moves" VALUES(4,2,2,'staging','production',NULL,1,'sensor:promotion','all conditions met: policy, gate holdout/minimum_accuracy, gate holdout/minimum_f1_macro, gate holdout/accuracy_versus_production, evaluation holdout, evaluation noisy, conversion onnx, build, not frozen, stage, automatic, not barred, forward','0de0ca25-bad1-4dd7-bf89-33ddcde2d54d','2026-11-21T09:00:36.332025+00:00',31);
CREATE TABLE stores (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(100) NOT NULL, 
	CONSTRAINT uq_stores_name UNIQUE (name)
);
INSERT INTO "stores" VALUES(1,'default');
CREATE TABLE training_runs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	problem TEXT NOT NULL, 
	version VARCHAR(150), 
	run_id TEXT, 
	started_at VARCHAR(32) NOT NULL, 
	ended_at VARCHAR(32), 
	CONSTRAINT fk_training_runs_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_training_runs_model_id_name UNIQUE (model_id, name)
);
INSERT INTO "training_runs" VALUES(1,1,'2e72b4dfcd2a','trained','','1.0.0','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','2026-11-21T08:59:49.089573+00:00','2026-11-21T08:59:52.806787+00:00');
INSERT INTO "training_runs" VALUES(2,2,'1453eb799fe7','trained','','1.0.0','1453eb79-9fe7-4f1a-aba8-13a869e2333c','2026-11-21T08:59:50.781600+00:00','2026-11-21T09:00:07.502984+00:00');
CREATE TABLE verdicts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	evaluation_id INTEGER NOT NULL, 
	gate TEXT NOT NULL, 
	gate_digest VARCHAR(64) NOT NULL, 
	severity VARCHAR(20) NOT NULL, 
	outcome VARCHAR(20) NOT NULL, 
	dataset VARCHAR(100) NOT NULL, 
	metric TEXT NOT NULL, 
	comparison TEXT NOT NULL, 
	threshold DOUBLE, 
	observed DOUBLE, 
	detail TEXT NOT NULL, 
	CONSTRAINT fk_verdicts_evaluation_id FOREIGN KEY(evaluation_id) REFERENCES evaluations (id), 
	CONSTRAINT uq_verdicts_evaluation_id_gate UNIQUE (evaluation_id, gate)
);
INSERT INTO "verdicts" VALUES(1,1,'few_missed_tumours','95d1491f4ad4a08f8d9608c766029b4761f8fa107827a97470a183b56ef906e4','critical','passed','holdout','recall_macro','>=',0.95,0.978168808411215,'recall_macro on holdout: 0.978169 >= 0.95 (95 % from 0.9561 to 1)');
INSERT INTO "verdicts" VALUES(2,1,'honest_probabilities','768a5bffd90704e04f210fb00e20dad9d6e3c381ea2271f7298b1415d9a29d28','critical','passed','holdout','log_loss','<=',0.15,5.73488758455439340266e-02,'log_loss on holdout: 0.0573489 <= 0.15 (95 % from 0.02451 to 0.09018)');
INSERT INTO "verdicts" VALUES(3,1,'recall_versus_production','e3e5975a9d9cf665a96f37b309fdd580a6424de04a24cb36560e60b92bf9190d','critical','passed','holdout','recall_macro','versus production',NULL,0.978168808411215,'recall_macro on holdout: no baseline: no version is in production');
INSERT INTO "verdicts" VALUES(4,2,'same_on_second_reading','c73507213d589757050334d7bcae5a46f8d72fb18d8207f0db8099648cef4f3d','warning','passed','second_reading','accuracy','>=',0.95,9.70760233918128601082e-01,'accuracy on second_reading: 0.97076 >= 0.95 (95 % from 0.9334 to 0.9874)');
INSERT INTO "verdicts" VALUES(5,3,'minimum_accuracy','8ccd6b44c44c60e7e53c5de08f74bc71e30254ae0350e5b4b9ac769fd06dee25','critical','passed','holdout','accuracy','>=',0.97,9.94444444444444464181e-01,'accuracy on holdout: 0.994444 >= 0.97 (95 % from 0.98 to 0.9985)');
INSERT INTO "verdicts" VALUES(6,3,'minimum_f1_macro','ab6d353546cee5957152217179c7ffbb508a92fca1e4a2017e296c15daf84036','critical','passed','holdout','f1_macro','>=',0.96,9.94444444444444242137e-01,'f1_macro on holdout: 0.994444 >= 0.96 (95 % from 0.9868 to 1)');
INSERT INTO "verdicts" VALUES(7,3,'accuracy_versus_production','05c8e824d807f8f000bf5ee97cad5890ac6135e0ddb246abaccd2d77587c484d','critical','passed','holdout','accuracy','versus production',NULL,9.94444444444444464181e-01,'accuracy on holdout: no baseline: no version is in production');
INSERT INTO "verdicts" VALUES(8,4,'robust_to_noise','de3d48ccb828751206af3d20814a89bfcb349c670fbae84c0e57b27d41202634','warning','passed','noisy','accuracy','>=',0.8,9.36111111111111116045e-01,'accuracy on noisy: 0.936111 >= 0.8 (95 % from 0.906 to 0.9571)');
CREATE TABLE version_metrics (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	split VARCHAR(100) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	value DOUBLE NOT NULL, 
	recorded_at VARCHAR(32) NOT NULL, 
	recorded_by TEXT NOT NULL, 
	superseded_at VARCHAR(32), 
	CONSTRAINT fk_version_metrics_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT fk_version_metrics_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
INSERT INTO "version_metrics" VALUES(1,1,1,'','accuracy',9.82436708860759511097e-01,'2026-11-21T08:59:52.790200+00:00','root',NULL);
INSERT INTO "version_metrics" VALUES(2,1,1,'','loss',9.44094300270080510895e-02,'2026-11-21T08:59:52.790200+00:00','root',NULL);
INSERT INTO "version_metrics" VALUES(3,1,1,'holdout','accuracy',9.76608187134502925275e-01,'2026-11-21T09:00:01.026241+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(4,1,1,'holdout','recall_macro',0.978168808411215,'2026-11-21T09:00:01.026241+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(5,1,1,'holdout','log_loss',5.73488758455439340266e-02,'2026-11-21T09:00:01.026241+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(6,1,1,'second_reading','accuracy',9.70760233918128601082e-01,'2026-11-21T09:00:02.130415+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(7,1,1,'second_reading','recall_macro',9.73495911214953268952e-01,'2026-11-21T09:00:02.130415+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(8,1,1,'second_reading','log_loss',6.53730196099372301565e-02,'2026-11-21T09:00:02.130415+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(9,2,2,'','accuracy',9.90740716457366943359e-01,'2026-11-21T09:00:07.493182+00:00','root',NULL);
INSERT INTO "version_metrics" VALUES(10,2,2,'','loss',1.71649847179651260375e-02,'2026-11-21T09:00:07.493182+00:00','root',NULL);
INSERT INTO "version_metrics" VALUES(11,2,2,'holdout','accuracy',9.94444444444444464181e-01,'2026-11-21T09:00:14.071891+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(12,2,2,'holdout','f1_macro',9.94444444444444242137e-01,'2026-11-21T09:00:14.071891+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(13,2,2,'holdout','log_loss',1.77183176139864423381e-02,'2026-11-21T09:00:14.071891+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(14,2,2,'noisy','accuracy',9.36111111111111116045e-01,'2026-11-21T09:00:15.311143+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(15,2,2,'noisy','f1_macro',9.36358788371169148412e-01,'2026-11-21T09:00:15.311143+00:00','sensor:new_versions',NULL);
INSERT INTO "version_metrics" VALUES(16,2,2,'noisy','log_loss',1.79059225815349803978e-01,'2026-11-21T09:00:15.311143+00:00','sensor:new_versions',NULL);
CREATE TABLE version_parameters (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	number DOUBLE, 
	truth BOOLEAN, 
	head VARCHAR(100), 
	value TEXT, 
	CONSTRAINT fk_version_parameters_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT fk_version_parameters_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_version_parameters_version_id_name UNIQUE (version_id, name)
);
INSERT INTO "version_parameters" VALUES(1,1,1,'folds',5.0,NULL,NULL,NULL);
INSERT INTO "version_parameters" VALUES(2,1,1,'seed',0.0,NULL,NULL,NULL);
INSERT INTO "version_parameters" VALUES(3,1,1,'strengths',NULL,NULL,'[0.01,0.03,0.1,0.3,1.0,3.0,10.0]','[0.01,0.03,0.1,0.3,1.0,3.0,10.0]');
INSERT INTO "version_parameters" VALUES(4,2,2,'batch_size',64.0,NULL,NULL,NULL);
INSERT INTO "version_parameters" VALUES(5,2,2,'epochs',12.0,NULL,NULL,NULL);
INSERT INTO "version_parameters" VALUES(6,2,2,'learning_rate',0.003,NULL,NULL,NULL);
INSERT INTO "version_parameters" VALUES(7,2,2,'seed',0.0,NULL,NULL,NULL);
INSERT INTO "version_parameters" VALUES(8,2,2,'width',48.0,NULL,NULL,NULL);
CREATE TABLE version_tags (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	head VARCHAR(100) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT fk_version_tags_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT fk_version_tags_version_id FOREIGN KEY(version_id) REFERENCES versions (id), 
	CONSTRAINT uq_version_tags_version_id_name UNIQUE (version_id, name)
);
CREATE TABLE versions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	model_id INTEGER NOT NULL, 
	number VARCHAR(150) NOT NULL, 
	major INTEGER NOT NULL, 
	minor INTEGER NOT NULL, 
	patch INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	branch VARCHAR(100) NOT NULL, 
	parent VARCHAR(150), 
	change VARCHAR(20) NOT NULL, 
	change_reason TEXT NOT NULL, 
	build_status VARCHAR(20) NOT NULL, 
	stage VARCHAR(20) NOT NULL, 
	barred_reason TEXT, 
	digest VARCHAR(64) NOT NULL, 
	store VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	checkpoint TEXT, 
	policy_digest VARCHAR(64), 
	description TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	parameters TEXT NOT NULL, 
	metrics TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	data_digests TEXT NOT NULL, 
	environment TEXT NOT NULL, 
	run_id TEXT, 
	created_by TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, merged_from VARCHAR(150), author TEXT, author_key VARCHAR(100), author_signature TEXT, origin TEXT, deleted_at VARCHAR(32), deleted_by TEXT, deleted_reason TEXT, 
	CONSTRAINT fk_versions_model_id FOREIGN KEY(model_id) REFERENCES models (id), 
	CONSTRAINT uq_versions_model_id_number UNIQUE (model_id, number), 
	CONSTRAINT uq_versions_model_id_sequence UNIQUE (model_id, sequence)
);
INSERT INTO "versions" VALUES(1,1,'1.0.0',1,0,0,1,'main',NULL,'major','the first version','trained','production',NULL,'d88d9c817df821c48eda7a98d218f89848234d8373f26f90a2e4e45b878aaad1','default',10120,381,'2e72b4dfcd2a-step-5','ba5ee1b13a3aa4f0b4196fa4e8c2f12ace126755e2bffe7bd256dfa81411b657','','{}','{"folds":5,"seed":0,"strengths":[0.01,0.03,0.1,0.3,1.0,3.0,10.0]}','{"accuracy":0.9824367088607595,"loss":0.09440943002700805}','{"inputs":{"features":["batch",30]},"objects":{"model":"sklearn.pipeline.Pipeline"},"outputs":"probabilities","tensors":{}}','{"train":"034b19b8568ea91853a35ca8ac8f2f5d62fb3d7fea433307ba992aa4f4847a9f"}','{"dagster":"1.13.27","frontier_assets":"0.1.0","git_commit":"74da7c4716f00bcb6f87932481c1c30e7260d58f","lightgbm":"4.7.0","numpy":"2.4.6","onnx":"1.23.2","onnxruntime":"1.31.1","platform":"Linux-6.18.44-fc-v669-x86_64-with-glibc2.36","python":"3.11.7","scikit-learn":"1.9.1","skops":"0.16.0","torch":"2.13.0+cpu","xgboost-cpu":"3.2.0"}','2e72b4df-cd2a-4555-a228-3fbfbc1092b6','root','2026-11-21T08:59:52.790200+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "versions" VALUES(2,2,'1.0.0',1,0,0,1,'main',NULL,'major','the first version','trained','production',NULL,'62b607d4f27454873ada2a979dc9cb663bba4d9414daeae41da7a4e844611383','default',519616,5767,'1453eb799fe7-step-220','16f5e33f364e00fea3f87236dbe9a6387563b15fb0a05702cfa67315d21a0d58','','{}','{"batch_size":64,"epochs":12,"learning_rate":0.003,"seed":0,"width":48}','{"accuracy":0.9907407164573669,"loss":0.017164984717965126}','{"inputs":{"image":["batch",1,8,8]},"outputs":"logits","tensors":{"model.layers.0.bias":"float32[48]","model.layers.0.weight":"float32[48, 1, 3, 3]","model.layers.1.bias":"float32[48]","model.layers.1.num_batches_tracked":"int64[]","model.layers.1.running_mean":"float32[48]","model.layers.1.running_var":"float32[48]","model.layers.1.weight":"float32[48]","model.layers.12.bias":"float32[10]","model.layers.12.weight":"float32[10, 384]","model.layers.3.bias":"float32[96]","model.layers.3.weight":"float32[96, 48, 3, 3]","model.layers.4.bias":"float32[96]","model.layers.4.num_batches_tracked":"int64[]","model.layers.4.running_mean":"float32[96]","model.layers.4.running_var":"float32[96]","model.layers.4.weight":"float32[96]","model.layers.7.bias":"float32[96]","model.layers.7.weight":"float32[96, 96, 3, 3]","model.layers.8.bias":"float32[96]","model.layers.8.num_batches_tracked":"int64[]","model.layers.8.running_mean":"float32[96]","model.layers.8.running_var":"float32[96]","model.layers.8.weight":"float32[96]"}}','{"train":"43567316417696185334b5b791be4974e74570202bc2c6b92e489147cd096d03"}','{"dagster":"1.13.27","frontier_assets":"0.1.0","git_commit":"74da7c4716f00bcb6f87932481c1c30e7260d58f","lightgbm":"4.7.0","numpy":"2.4.6","onnx":"1.23.2","onnxruntime":"1.31.1","platform":"Linux-6.18.44-fc-v669-x86_64-with-glibc2.36","python":"3.11.7","scikit-learn":"1.9.1","skops":"0.16.0","torch":"2.13.0+cpu","xgboost-cpu":"3.2.0"}','1453eb79-9fe7-4f1a-aba8-13a869e2333c','root','2026-11-21T09:00:07.493182+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE INDEX ix_policies_model_id ON policies (model_id);
CREATE INDEX ix_versions_model_id_digest ON versions (model_id, digest);
CREATE UNIQUE INDEX uq_versions_one_production ON versions (model_id) WHERE stage = 'production';
CREATE INDEX ix_artifacts_version_id_name ON artifacts (version_id, name);
CREATE INDEX ix_evaluations_version_id_dataset ON evaluations (version_id, dataset);
CREATE INDEX ix_stage_moves_version_id ON stage_moves (version_id);
CREATE INDEX ix_deletions_store_blob ON deletions (store, blob);
CREATE INDEX ix_versions_latest ON versions (model_id, branch, major, minor, patch, sequence);
CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE INDEX ix_versions_model_id_major_minor_patch ON versions (model_id, major, minor, patch);
CREATE INDEX ix_versions_model_id_stage ON versions (model_id, stage);
CREATE INDEX ix_versions_model_id_created_at ON versions (model_id, created_at);
CREATE INDEX ix_version_metrics_found ON version_metrics (model_id, split, name, superseded_at, value, version_id);
CREATE INDEX ix_version_metrics_asked ON version_metrics (version_id, split, name, superseded_at, value);
CREATE INDEX ix_version_tags_model_id_name_head_version_id ON version_tags (model_id, name, head, version_id);
CREATE INDEX ix_version_parameters_model_id_name_number_version_id ON version_parameters (model_id, name, number, version_id);
CREATE INDEX ix_version_parameters_model_id_name_head_version_id ON version_parameters (model_id, name, head, version_id);
CREATE INDEX ix_approvals_version_id ON approvals (version_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('models',2);
INSERT INTO "sqlite_sequence" VALUES('audit',51);
INSERT INTO "sqlite_sequence" VALUES('policies',2);
INSERT INTO "sqlite_sequence" VALUES('training_runs',2);
INSERT INTO "sqlite_sequence" VALUES('stores',1);
INSERT INTO "sqlite_sequence" VALUES('checkpoints',19);
INSERT INTO "sqlite_sequence" VALUES('versions',2);
INSERT INTO "sqlite_sequence" VALUES('version_metrics',16);
INSERT INTO "sqlite_sequence" VALUES('version_parameters',8);
INSERT INTO "sqlite_sequence" VALUES('builds',2);
INSERT INTO "sqlite_sequence" VALUES('evaluations',4);
INSERT INTO "sqlite_sequence" VALUES('verdicts',8);
INSERT INTO "sqlite_sequence" VALUES('artifacts',5);
INSERT INTO "sqlite_sequence" VALUES('stage_moves',4);
COMMIT;
